import { useSyncExternalStore } from 'react'

import { createStoredText } from '../shared/stored-text.ts'
import { cartFrom, type Cart } from './cart.ts'

const stored = createStoredText('cart')
const listeners = new Set<() => void>()

/** Returns the cart of this browser. It survives a reload and is shared between tabs. */
export function useCart(): Cart {
  return cartFrom(useSyncExternalStore(subscribe, stored.read))
}

export function changeCart(change: (cart: Cart) => Cart): void {
  stored.write(JSON.stringify(change(cartFrom(stored.read()))))
  for (const listener of listeners) listener()
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
