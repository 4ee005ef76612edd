import type { SessionClock } from '@forage-session/core'

import { shopOrigin, tokenPath } from './addresses.ts'

type Site = (request: Request) => Promise<Response>

/** The network between the page and the servers, and what goes wrong on it. */
export interface Network {
  /** The `fetch` of the page: it knows only the sites of this world. */
  readonly fetch: (input: string | URL | Request, init?: RequestInit) => Promise<Response>
  /** From now on the backend's token endpoint answers with the error page of a gateway, 502. */
  breakTokenEndpoint(): void
  /** Repairs the token endpoint after `ms`, unless it breaks again before. */
  repairTokenEndpoint(ms: number, onRepaired: () => void): void
  /** Each answer of the backend takes `ms`, until the returned function is called. */
  slowBackend(ms: number): () => void
}

const usualMs = 120

/** Creates the network between the page and its sites, by origin. */
export function createNetwork(clock: SessionClock, sites: Readonly<Record<string, Site>>): Network {
  let backendMs = usualMs
  let isTokenEndpointDown = false
  let repair: unknown
  return {
    async fetch(input, init) {
      const request = new Request(input instanceof Request ? input : new URL(input, shopOrigin), init)
      const { origin, pathname } = new URL(request.url)
      const isBackend = origin === shopOrigin
      await wait(clock, isBackend ? backendMs : usualMs, request.signal)
      if (isTokenEndpointDown && isBackend && pathname === tokenPath) return gatewayPage()
      const site = sites[origin]
      if (!site) throw new TypeError('Failed to fetch')
      return await site(request)
    },
    breakTokenEndpoint() {
      isTokenEndpointDown = true
      clock.clearTimeout(repair)
    },
    repairTokenEndpoint(ms, onRepaired) {
      repair = clock.setTimeout(() => {
        isTokenEndpointDown = false
        onRepaired()
      }, ms)
    },
    slowBackend(ms) {
      backendMs = ms
      return () => {
        backendMs = usualMs
      }
    },
  }
}

function gatewayPage(): Response {
  return new Response('<h1>502 Bad Gateway</h1>', { status: 502, headers: { 'Content-Type': 'text/html' } })
}

function wait(clock: SessionClock, ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = clock.setTimeout(resolve, ms)
    const onAbort = (): void => {
      clock.clearTimeout(timer)
      reject(signal.reason as Error)
    }
    if (signal.aborted) onAbort()
    else signal.addEventListener('abort', onAbort, { once: true })
  })
}
