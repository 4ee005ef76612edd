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
  visible(): boolean
  online(): boolean
  /** Returns the function that unsubscribes. */
  subscribe(listener: (event: PageLifecycleEvent) => void): () => void
}

/** The browser's own events; in a runtime without a `document` always visible and silent. */
export function browserLifecycle(): PageLifecycle {
  const page = globalThis as Partial<Pick<typeof globalThis, 'document' | 'navigator'>>
  return {
    visible: () => page.document?.visibilityState !== 'hidden',
    online: () => page.navigator?.onLine !== false,
    subscribe: (listener) => subscribeToPage(listener),
  }
}

function subscribeToPage(listener: (event: PageLifecycleEvent) => void): () => void {
  const { document } = globalThis as Partial<typeof globalThis>
  if (!document) return () => {}
  const onEvent = ({ type }: Event): void => {
    const isVisibility = type === 'visibilitychange'
    listener(
      isVisibility
        ? document.visibilityState === 'hidden'
          ? 'hidden'
          : 'visible'
        : (type as PageLifecycleEvent),
    )
  }
  // A runtime may have a part of a page: a document, and no events.
  const events: [Partial<EventTarget>, string[]][] = [
    [document, ['visibilitychange', 'freeze', 'resume']],
    [globalThis, ['online', 'offline', 'pagehide', 'pageshow']],
  ]
  const each = (change: 'addEventListener' | 'removeEventListener'): void => {
    for (const [target, types] of events) for (const type of types) target[change]?.(type, onEvent)
  }
  each('addEventListener')
  return () => each('removeEventListener')
}
