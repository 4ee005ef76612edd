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
  const page = globalThis as Partial<Pick<typeof globalThis, 'document' | 'navigator' | 'addEventListener'>>
  return {
    visible: () => page.document?.visibilityState !== 'hidden',
    online: () => page.navigator?.onLine !== false,
    subscribe: (listener) => subscribeToPage(listener),
  }
}

function subscribeToPage(listener: (event: PageLifecycleEvent) => void): () => void {
  const { document, addEventListener, removeEventListener } = globalThis as Partial<typeof globalThis>
  if (!document || !addEventListener || !removeEventListener) return () => {}
  const onVisibility = (): void => listener(document.visibilityState === 'hidden' ? 'hidden' : 'visible')
  const onEvent = (event: Event): void => listener(event.type as PageLifecycleEvent)
  const ofWindow = ['online', 'offline', 'pagehide', 'pageshow'] as const
  const ofDocument = ['freeze', 'resume'] as const
  document.addEventListener('visibilitychange', onVisibility)
  for (const type of ofDocument) document.addEventListener(type, onEvent)
  for (const type of ofWindow) addEventListener(type, onEvent)
  return () => {
    document.removeEventListener('visibilitychange', onVisibility)
    for (const type of ofDocument) document.removeEventListener(type, onEvent)
    for (const type of ofWindow) removeEventListener(type, onEvent)
  }
}
