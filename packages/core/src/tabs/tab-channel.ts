/** The part of a BroadcastChannel that a session uses. A test replaces it to play several tabs. */
export interface TabChannel {
  /** Sends to the other tabs. A tab does not receive its own messages. */
  postMessage(message: unknown): void
  /** Calls `listener` with each message from another tab. */
  onMessage(listener: (message: unknown) => void): void
  /** Ends sending and receiving. */
  close(): void
}

/**
 * Opens a BroadcastChannel. Returns undefined in a runtime without one or without a page: a server renders for
 * many customers in one process. Throws if the page may not open one (an opaque origin).
 */
export function broadcastChannel(name: string): TabChannel | undefined {
  if (typeof BroadcastChannel === 'undefined' || typeof location === 'undefined') return undefined
  const channel: BroadcastChannel & { unref?: () => void } = new BroadcastChannel(name)
  // Node.js with a simulated page: an open channel must not keep the process alive.
  channel.unref?.()
  const onMessage: TabChannel['onMessage'] = (listener) =>
    channel.addEventListener('message', ({ data }) => listener(data))
  return Object.assign(channel, { onMessage })
}
