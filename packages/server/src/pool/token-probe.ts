import type { ServerClock } from '../shared/clock.ts'
import { withDeadline } from '../shared/deadline.ts'
import { boundedFetch } from '../upstream/bounded-fetch.ts'
import { retryAfterMs } from '../upstream/retry-after.ts'
import { isTemporaryStatus } from '../upstream/temporary-status.ts'
import { upstreamErrorCode, isMerchantCode } from '../upstream/upstream-error-code.ts'
import type { UpstreamHold } from '../upstream/upstream-hold.ts'
import { isWebPage } from '../upstream/web-page.ts'

/** Whether the API accepts a token. `unknown`: it gave no answer about the token. */
export type TokenVerdict = 'accepted' | 'refused' | 'unknown'
export type TokenProbe = (token: string, merchantAccount?: string) => Promise<TokenVerdict>

// One lease is long enough for two probes and a mint.
const probeTimeoutMs = 2000

export interface TokenProbeOptions {
  sessionTokenUrl: string
  clock: ServerClock
  fetch: typeof globalThis.fetch
  /** A 429 holds back further requests. Default: it holds back nothing. */
  hold?: UpstreamHold
}

/**
 * Returns a probe that requests a session token. Without a merchant account, Forage refuses even a good token, but for
 * another reason, and nothing is minted. The probe never rejects.
 */
export function createTokenProbe({ sessionTokenUrl, clock, fetch, hold }: TokenProbeOptions): TokenProbe {
  return async (token, merchantAccount) => {
    const headers = new Headers({ accept: 'application/json', authorization: `Bearer ${token}` })
    if (merchantAccount !== undefined) headers.set('merchant-account', merchantAccount)
    return withDeadline(clock, probeTimeoutMs, undefined, async (signal) => {
      const request = { method: 'POST', headers, body: '', signal }
      const response = await boundedFetch(fetch, sessionTokenUrl, request)
      const { status, headers: answered } = response
      if (status === 429) hold?.holdAll(retryAfterMs(status, answered, clock.now()))
      return verdict(response, await response.text())
    }).catch(() => 'unknown')
  }
}

/** Only an answer of the API itself tells whether it accepts the token. */
function verdict(response: Response, body: string): TokenVerdict {
  const { status } = response
  if (status >= 500 || (status >= 300 && status < 400) || status === 404) return 'unknown'
  if (isTemporaryStatus(status) || isWebPage(response, body)) return 'unknown'
  if (status !== 401) return 'accepted'
  return isMerchantCode(upstreamErrorCode(body)) ? 'accepted' : 'refused'
}
