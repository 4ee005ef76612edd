import { useSyncExternalStore } from 'react'

import { cartFrom, type Cart } from './cart.ts'

const key = 'cart'
const listeners = new Set<() => void>()
/** If the browser blocks storage, the cart is kept here until the page is closed. */
let unstored: string | null = null

/** Returns the cart of this browser. It survives a reload and is shared between tabs. */
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
  // This event reports changes in other tabs.
  window.addEventListener('storage', listener)
  return () => {
    listeners.delete(listener)
    window.removeEventListener('storage', listener)
  }
}
