/** What a page goes through, by the names of the platform; `visible` and `hidden` are `visibilitychange`. */
export type PageLifecycleEvent =
  | 'visible'
  | 'hidden'
  | 'online'
  | 'offline'
  | 'freeze'
  | 'resume'
  | 'pagehide'
  | 'pageshow'

/** What the page goes through. Injectable, so that a test can hide a tab. */
export interface PageLifecycle {
  /** Whether the customer can see the page. */
  visible(): boolean
  /** Whether the device says that it has a network. */
  online(): boolean
  /** Returns the function that unsubscribes. */
  subscribe(listener: (event: PageLifecycleEvent) => void): () => void
}

const page = globalThis as Partial<Pick<typeof globalThis, 'document' | 'navigator'>>

/** The browser's own events; in a runtime without a `document` always visible and silent. */
export const browserLifecycle: PageLifecycle = {
  visible: () => page.document?.visibilityState !== 'hidden',
  online: () => page.navigator?.onLine !== false,
  subscribe: subscribeToPage,
}

function subscribeToPage(listener: (event: PageLifecycleEvent) => void): () => void {
  const { document } = page
  if (!document) return () => {}
  const controller = new AbortController()
  const { signal } = controller
  const onEvent = ({ type }: Event): void =>
    listener((type === 'visibilitychange' ? document.visibilityState : type) as PageLifecycleEvent)
  // A runtime may have a part of a page: a document, and no events.
  const events: [Partial<EventTarget>, string[]][] = [
    [document, ['visibilitychange', 'freeze', 'resume']],
    [globalThis, ['online', 'offline', 'pagehide', 'pageshow']],
  ]
  for (const [target, types] of events) {
    for (const type of types) target.addEventListener?.(type, onEvent, { signal })
  }
  return () => controller.abort()
}
