/** A BroadcastChannel, as far as it is used. Injectable, so that tabs can be played in one test. */
export interface TabChannel {
  /** Tells the other tabs; this one does not hear itself. */
  postMessage(message: unknown): void
  /** Calls `listener` with what the other tabs say. */
  onMessage(listener: (message: unknown) => void): void
  /** Nothing is heard or said from now on. */
  close(): void
}

/**
 * Undefined: the runtime has none, or no page: a server renders for many customers in one process.
 * Throws where a page may not open one (an opaque origin).
 */
export function broadcastChannel(name: string): TabChannel | undefined {
  if (typeof BroadcastChannel === 'undefined' || typeof location === 'undefined') return undefined
  const channel = new BroadcastChannel(name)
  const onMessage: TabChannel['onMessage'] = (listener) =>
    channel.addEventListener('message', ({ data }) => listener(data))
  return Object.assign(channel, { onMessage })
}
