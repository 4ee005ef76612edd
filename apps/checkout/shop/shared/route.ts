import { useSyncExternalStore } from 'react'

/** Where in the shop the customer is. The address says it, so that reload, back and forward do what they should. */
export type Route = { page: 'cart' } | { page: 'sign-in' } | { page: 'order'; orderId: string }

export function routeOf({ pathname, search }: Pick<Location, 'pathname' | 'search'>): Route {
  const orderId = /^\/orders\/([\w-]+)\/?$/.exec(pathname)?.[1]
  if (orderId !== undefined) return { page: 'order', orderId }
  return new URLSearchParams(search).has('sign-in') ? { page: 'sign-in' } : { page: 'cart' }
}

const listeners = new Set<() => void>()

/** `isReplacing`: the page that is left is not one to come back to. */
export function navigate(path: string, { isReplacing = false } = {}): void {
  history[isReplacing ? 'replaceState' : 'pushState'](null, '', path)
  for (const listener of listeners) listener()
}

export function useRoute(): Route {
  // A string: the same as long as the address is.
  return routeOf(new URL(useSyncExternalStore(subscribe, () => location.href)))
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  window.addEventListener('popstate', listener)
  return () => {
    listeners.delete(listener)
    window.removeEventListener('popstate', listener)
  }
}
