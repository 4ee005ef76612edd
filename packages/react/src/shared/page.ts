import type { SessionClock } from '@forage-session/core'

/** The part of the session's clock that the hooks use. */
export type HookClock = Pick<SessionClock, 'now' | 'setTimeout' | 'clearTimeout'>

/** The clock of the page, for a session whose own clock is unknown. */
export const pageClock: HookClock = {
  now: () => Date.now(),
  setTimeout: (run, ms) => setTimeout(run, ms),
  clearTimeout: (handle) => clearTimeout(handle as Parameters<typeof clearTimeout>[0]),
}

/**
 * Returns the delay of a timer that waits until `atMs`, in ms on `clock`. `setTimeout` accepts at most 2 ** 31 - 1 ms,
 * so a caller checks the time again when its timer fires. The delay is at least 100 ms: if the session has another
 * clock than the page, `atMs` may seem to be over, and the caller would try again without a pause.
 */
export function delayUntil(atMs: number, clock: Pick<HookClock, 'now'>): number {
  return Math.min(Math.max(100, atMs - clock.now()), 2 ** 31 - 1)
}

/** Undefined on a server and in React Native. */
const { document } = globalThis as { readonly document?: Document }

let isTouched = false

/** Whether the page counts as visible although the browser says that it is hidden: the customer uses it. */
export function isPageTouched(): boolean {
  return isTouched
}

export function isPageVisible(): boolean {
  return isTouched || !isHidden()
}

function isHidden(): boolean {
  return document?.visibilityState === 'hidden'
}

const events = ['visibilitychange', 'pointerdown', 'keydown']

/**
 * Calls `listener` when the page is hidden or shown. In some web views and embedded browsers `visibilityState` is
 * always `hidden`, so a pointer or a key shows a hidden page as well. Returns the function that unsubscribes.
 */
export function onVisibilityChange(listener: () => void): () => void {
  const onEvent = ({ type }: Event): void => {
    const isChange = type === events[0]
    isTouched = !isChange && isHidden()
    if (isChange || isTouched) listener()
  }
  for (const type of events) document?.addEventListener(type, onEvent, true)
  return () => {
    for (const type of events) document?.removeEventListener(type, onEvent, true)
  }
}
