import type { SessionClock } from '@forage-session/core'

import { shopOrigin } from './addresses.ts'

type Site = (request: Request) => Promise<Response>

/** What goes wrong on the network between the page and the servers. */
export interface NetworkState {
  /** Whether the merchant's backend answers with the page of a gateway, 502. */
  isBackendDown: boolean
  /** How long an answer of the merchant's backend takes, in ms. */
  backendMs: number
}

export interface Network {
  readonly state: NetworkState
  /** The `fetch` of the page: it knows only the sites of this world. */
  readonly fetch: (input: string | URL | Request, init?: RequestInit) => Promise<Response>
}

const usualMs = 120

/** Creates the network between the page and its sites, by origin. */
export function createNetwork(clock: SessionClock, sites: Readonly<Record<string, Site>>): Network {
  const state: NetworkState = { isBackendDown: false, backendMs: usualMs }
  return {
    state,
    async fetch(input, init) {
      const request = new Request(input instanceof Request ? input : new URL(input, shopOrigin), init)
      const { origin } = new URL(request.url)
      const isBackend = origin === shopOrigin
      await wait(clock, isBackend ? state.backendMs : usualMs, request.signal)
      if (isBackend && state.isBackendDown) return gatewayPage()
      const site = sites[origin]
      if (!site) throw new TypeError('Failed to fetch')
      return await site(request)
    },
  }
}

/** Resets what a fault changed. */
export function repair(state: NetworkState): void {
  Object.assign(state, { isBackendDown: false, backendMs: usualMs })
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
