export function isPageVisible(): boolean {
  return document.visibilityState !== 'hidden'
}

/** Calls `listener` when the page is hidden or shown. Returns the function that unsubscribes. */
export function onVisibilityChange(listener: () => void): () => void {
  document.addEventListener('visibilitychange', listener)
  return () => document.removeEventListener('visibilitychange', listener)
}
