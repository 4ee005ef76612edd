import { useSyncExternalStore } from 'react'

import { isEarlier, type StepName } from './order-flow.ts'

/** The page of the shop. The URL determines it, so that reload, back and forward work. */
export type Route =
  | { page: 'cart' }
  | { page: 'sign-in' }
  /** `step` is what the URL asks for. The order may not be that far yet. */
  | { page: 'order'; orderId: string; step?: string }

export function routeOf({ pathname, search }: Pick<Location, 'pathname' | 'search'>): Route {
  const [, orderId, step] = /^\/orders\/([\w-]+)(?:\/([\w-]+))?\/?$/.exec(pathname) ?? []
  if (orderId !== undefined) return { page: 'order', orderId, ...(step !== undefined && { step }) }
  return new URLSearchParams(search).has('sign-in') ? { page: 'sign-in' } : { page: 'cart' }
}

const listeners = new Set<() => void>()

/** Opens a page of the shop. With `isReplacing`, Back skips the current page. */
export function navigate(path: string, { isReplacing = false } = {}): void {
  change(isReplacing ? 'replaceState' : 'pushState', path, null)
}

/**
 * Opens a step of an order. If the customer returns to an earlier step, goes back to it, so that Back does not lead to the
 * later one.
 */
export function openStep(orderId: string, step: StepName): void {
  const before = stepsBefore()
  const route = routeOf(location)
  const current = route.page === 'order' ? (route.step ?? '') : ''
  const index = before.lastIndexOf(step)
  if (index !== -1 && isEarlier(step, current)) return goBack(before.length - index)
  change('pushState', stepPath(orderId, step), [...before, current])
}

/** Shows the step's own URL, without a new entry in the history. */
export function showStep(orderId: string, step: StepName): void {
  change('replaceState', stepPath(orderId, step), stepsBefore())
}

/**
 * Removes the steps of a finished order from the way back, so that Back leads out of the order. Each of those entries
 * would show the same page.
 */
export function leaveSteps(): void {
  const { length } = stepsBefore()
  if (length > 0) goBack(length)
}

export function useRoute(): Route {
  // The snapshot is a string, which stays equal while the URL does not change.
  return routeOf(new URL(useSyncExternalStore(subscribe, () => location.href)))
}

const stepPath = (orderId: string, step: StepName): string => `/orders/${orderId}/${step}`

/** Returns the steps of this order to which Back leads, from the first. Each entry of the history remembers its own. */
function stepsBefore(): string[] {
  const { steps } = Object(history.state) as { steps?: string[] }
  return steps ?? []
}

function change(how: 'pushState' | 'replaceState', path: string, steps: string[] | null): void {
  history[how](steps && { steps }, '', path)
  for (const listener of listeners) listener()
}

/** The browser moves later. A second call in the meantime would move too far. */
let isMoving = false

function goBack(count: number): void {
  if (isMoving) return
  isMoving = true
  window.addEventListener('popstate', () => (isMoving = false), { once: true })
  history.go(-count)
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  window.addEventListener('popstate', listener)
  return () => {
    listeners.delete(listener)
    window.removeEventListener('popstate', listener)
  }
}
