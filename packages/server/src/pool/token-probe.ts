import type { ServerClock } from '../shared/clock.ts'
import { withDeadline } from '../shared/deadline.ts'
import { boundedFetch } from '../upstream/bounded-fetch.ts'
import { upstreamErrorCode, isMerchantCode } from '../upstream/upstream-error-code.ts'

/** Whether the API accepts a token. `unknown`: it gave no answer about the token. */
export type TokenVerdict = 'accepted' | 'refused' | 'unknown'
export type TokenProbe = (token: string, merchantAccount?: string) => Promise<TokenVerdict>

// One lease is long enough for two probes and a mint.
const probeTimeoutMs = 2000

export interface TokenProbeOptions {
  sessionTokenUrl: string
  clock: ServerClock
  fetch: typeof globalThis.fetch
}

/**
 * Returns a probe that requests a session token. Without a merchant account, Forage refuses even a good token, but for
 * another reason, and nothing is minted. The probe never rejects.
 */
export function createTokenProbe({ sessionTokenUrl, clock, fetch }: TokenProbeOptions): TokenProbe {
  return async (token, merchantAccount) => {
    const headers = new Headers({ accept: 'application/json', authorization: `Bearer ${token}` })
    if (merchantAccount !== undefined) headers.set('merchant-account', merchantAccount)
    return withDeadline(clock, probeTimeoutMs, undefined, async (signal) => {
      const request = { method: 'POST', headers, body: '', signal }
      return verdict(await boundedFetch(fetch, sessionTokenUrl, request))
    }).catch(() => 'unknown')
  }
}

async function verdict(response: Response): Promise<TokenVerdict> {
  const { status } = response
  if (status === 429 || status >= 500) return 'unknown'
  if (status !== 401) return 'accepted'
  return isMerchantCode(upstreamErrorCode(await response.text())) ? 'accepted' : 'refused'
}
