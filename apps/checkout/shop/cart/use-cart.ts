import { useSyncExternalStore } from 'react'

import { cartFrom, type Cart } from './cart.ts'

const key = 'cart'
const listeners = new Set<() => void>()
/** Where nothing can be stored, the cart lasts as long as the page. */
let unstored: string | null = null

/** The cart of this browser: a reload, another tab and the way back from an order find it. */
export function useCart(): Cart {
  return cartFrom(useSyncExternalStore(subscribe, read))
}

export function changeCart(change: (cart: Cart) => Cart): void {
  const text = JSON.stringify(change(cartFrom(read())))
  try {
    localStorage.setItem(key, text)
  } catch {
    unstored = text
  }
  for (const listener of listeners) listener()
}

function read(): string | null {
  try {
    return unstored ?? localStorage.getItem(key)
  } catch {
    return unstored
  }
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  // From other tabs.
  window.addEventListener('storage', listener)
  return () => {
    listeners.delete(listener)
    window.removeEventListener('storage', listener)
  }
}
