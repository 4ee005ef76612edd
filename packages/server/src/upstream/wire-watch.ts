/** What undici, the `fetch` of Node.js, reported about the requests to one address. */
export type WireState = 'written' | 'unwritten' | 'unknown'

export interface WireWatch {
  /** Ends the watch, and returns what was reported. `unknown`: another `fetch` sent the request, or another runtime. */
  end(): WireState
}

interface Report {
  request: { origin?: unknown; path?: unknown }
}

interface Channels {
  subscribe(name: string, listener: (report: unknown) => void): void
  unsubscribe(name: string, listener: (report: unknown) => void): void
}

const created = 'undici:request:create'
const written = 'undici:client:sendHeaders'

/**
 * Watches whether a request is written to the wire. Our own deadline ends a request that still connects, and its error
 * does not say so: a firewall that drops packets would make a token suspect with each attempt.
 */
export function watchWire(url: string): WireWatch {
  const channels = diagnosticsChannels()
  if (!channels) return { end: () => 'unknown' }
  const { origin, pathname, search } = new URL(url)
  let state: WireState = 'unknown'
  const isMine = ({ request }: Report): boolean =>
    String(request.origin) === origin && request.path === pathname + search
  const onCreated = (report: unknown): void => {
    if (state === 'unknown' && isMine(report as Report)) state = 'unwritten'
  }
  const onWritten = (report: unknown): void => {
    if (isMine(report as Report)) state = 'written'
  }
  channels.subscribe(created, onCreated)
  channels.subscribe(written, onWritten)
  return {
    end: () => {
      channels.unsubscribe(created, onCreated)
      channels.unsubscribe(written, onWritten)
      return state
    },
  }
}

/** Without an import: other runtimes have no such module. */
function diagnosticsChannels(): Channels | undefined {
  const { process: runtime } = globalThis as {
    process?: { getBuiltinModule?: (name: string) => unknown }
  }
  return runtime?.getBuiltinModule?.('diagnostics_channel') as Channels | undefined
}
