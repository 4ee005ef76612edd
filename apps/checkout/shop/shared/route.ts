import { useSyncExternalStore } from 'react'

/** The page of the shop. The URL determines it, so that reload, back and forward work. */
export type Route = { page: 'cart' } | { page: 'sign-in' } | { page: 'order'; orderId: string }

export function routeOf({ pathname, search }: Pick<Location, 'pathname' | 'search'>): Route {
  const orderId = /^\/orders\/([\w-]+)\/?$/.exec(pathname)?.[1]
  if (orderId !== undefined) return { page: 'order', orderId }
  return new URLSearchParams(search).has('sign-in') ? { page: 'sign-in' } : { page: 'cart' }
}

const listeners = new Set<() => void>()

/** Opens a page of the shop. With `isReplacing`, Back skips the current page. */
export function navigate(path: string, { isReplacing = false } = {}): void {
  history[isReplacing ? 'replaceState' : 'pushState'](null, '', path)
  for (const listener of listeners) listener()
}

export function useRoute(): Route {
  // The snapshot is a string, which stays equal while the URL does not change.
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
