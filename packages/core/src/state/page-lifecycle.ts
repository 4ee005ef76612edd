/** The events of a page, with the platform's names; `visible` and `hidden` stand for `visibilitychange`. */
export type PageLifecycleEvent =
  | 'visible'
  | 'hidden'
  | 'online'
  | 'offline'
  | 'freeze'
  | 'resume'
  | 'pagehide'
  | 'pageshow'

/** The page's visibility, network and events. A test replaces it to hide a tab. */
export interface PageLifecycle {
  /** Whether the customer can see the page. */
  visible(): boolean
  /** Whether the device reports a network. */
  online(): boolean
  /** Calls `listener` with each event. Returns the function that unsubscribes. */
  subscribe(listener: (event: PageLifecycleEvent) => void): () => void
}

const page: Partial<typeof globalThis> = globalThis

/** The browser's own events. A runtime without a `document` is always visible and emits no event. */
export const browserLifecycle: PageLifecycle = {
  visible: () => page.document?.visibilityState !== 'hidden',
  online: () => page.navigator?.onLine !== false,
  subscribe: subscribeToPage,
}

function subscribeToPage(listener: (event: PageLifecycleEvent) => void): () => void {
  const { document } = page
  if (!document) return () => {}
  const onEvent = ({ type }: Event): void =>
    listener((type === 'visibilitychange' ? document.visibilityState : type) as PageLifecycleEvent)
  // One by one: old runtimes ignore the option `signal`. Some have a document without events.
  const each = (method: 'addEventListener' | 'removeEventListener'): void => {
    for (const type of ['visibilitychange', 'freeze', 'resume']) document[method]?.(type, onEvent)
    for (const type of ['online', 'offline', 'pagehide', 'pageshow']) page[method]?.(type, onEvent)
  }
  each('addEventListener')
  return () => each('removeEventListener')
}
