import * as oauth from 'oauth4webapi'

import type { ClientCredentials, CredentialsReader } from '../shared/credentials.ts'
import { withDeadline } from '../shared/deadline.ts'
import { requestTimeoutMs } from '../slot/token-windows.ts'
import { boundedFetch } from '../upstream/bounded-fetch.ts'
import type { Endpoints } from '../upstream/environments.ts'
import type { UpstreamHold } from '../upstream/upstream-hold.ts'
import { limitedFetch, type UpstreamLimit } from '../upstream/upstream-limit.ts'
import { watchWire } from '../upstream/wire-watch.ts'
import { exchange, partiesOf, transportOf, withCredentials, type OAuthServer } from './oauth-exchange.ts'
import { failedRequest, receivedToken, type TokenAnswer } from './token-answer.ts'

export interface OAuthClientOptions extends Omit<OAuthServer, 'tokenUrl' | 'revokeUrl'> {
  endpoints: Endpoints
  credentials: CredentialsReader
  scope: string
  lifetimeSeconds: number
  /** Each request waits for its turn. */
  limit: UpstreamLimit
  /** A token request also waits for the time that Forage named. A revocation does not: it may be urgent. */
  hold: UpstreamHold
}

export interface OAuthClient {
  /** Requests one authentication token within 10 s. Never rejects. */
  requestToken(lifetimeSeconds?: number): Promise<TokenAnswer>
  /** Returns whether the token is dead now (RFC 7009: an unknown token is dead as well). Never rejects. */
  revoke(token: string): Promise<boolean>
  /**
   * Returns whether the client's oldest `count` tokens, at most 1000, are dead now. Reads the credentials again. Never
   * rejects.
   */
  bulkRevoke(count: number): Promise<boolean>
}

interface Client extends OAuthServer {
  scope: string
  bulkRevokeUrl: string
}

/** Calls Forage's `/o/` endpoints by the client credentials grant (RFC 6749 §4.4). */
export function createOAuthClient(options: OAuthClientOptions): OAuthClient {
  const { endpoints, credentials, clientAuth, scope, clock, fetch, limit } = options
  const client: Client = { ...endpoints, clientAuth, scope, clock, fetch: limitedFetch(fetch, limit) }
  const within = <T>(run: (signal: AbortSignal) => Promise<T>): Promise<T> =>
    withDeadline(clock, requestTimeoutMs, undefined, run)
  const revoke: OAuthClient['revoke'] = (token) =>
    within(async (signal) => revokeToken(client, await credentials.read(), token, signal)).catch(() => false)
  return {
    requestToken: async (lifetimeSeconds = options.lifetimeSeconds) => {
      const answer = await requestOnce(options, client, lifetimeSeconds, within)
      if (answer.ok || answer.arrived === undefined) return answer
      const { arrived, ...failed } = answer
      return { ...failed, lost: !(await revoke(arrived)) }
    },
    revoke,
    bulkRevoke: (count) =>
      within(async (signal) => {
        // After a leak, the secret in memory is the leaked one.
        const current = (await credentials.readAgain()) ?? (await credentials.read())
        return bulkRevoke(client, current, count, signal)
      }).catch(() => false),
  }
}

/** Whether a request was sent and has no answer: only then may a token be lost. */
interface Sending {
  isUnanswered: boolean
  fetch: typeof globalThis.fetch
}

function watched(fetch: typeof globalThis.fetch): Sending {
  const sending: Sending = {
    isUnanswered: false,
    fetch: async (input, init) => {
      sending.isUnanswered = true
      const response = await fetch(input, init)
      // A redirect is refused, and it holds no token.
      if (isRedirect(response)) sending.isUnanswered = false
      return response
    },
  }
  return sending
}

function isRedirect({ status, type }: Response): boolean {
  return type === 'opaqueredirect' || (status >= 300 && status < 400)
}

async function requestOnce(
  { credentials, clock, fetch, limit, hold }: OAuthClientOptions,
  client: Client,
  lifetimeSeconds: number,
  within: (run: (signal: AbortSignal) => Promise<TokenAnswer>) => Promise<TokenAnswer>,
): Promise<TokenAnswer> {
  const sending = watched(fetch)
  const wire = watchWire(client.tokenUrl)
  const request = { ...client, fetch: limitedFetch(sending.fetch, hold.overTokenRequests(limit)) }
  const answer = await within((signal) =>
    withCredentials(credentials, async (current) => {
      const received = await requestToken(request, current, lifetimeSeconds, signal)
      sending.isUnanswered = false
      return received
    }),
  )
    .catch((error: unknown) =>
      failedRequest(error, clock.now(), sending.isUnanswered && wire.end() !== 'unwritten'),
    )
    .finally(() => wire.end())
  if (!answer.ok && answer.status === 429) hold.holdTokenRequests(answer.retryAfterMs)
  return answer
}

async function requestToken(
  forage: Client,
  credentials: ClientCredentials,
  lifetimeSeconds: number,
  signal: AbortSignal,
): Promise<TokenAnswer> {
  const { scope } = forage
  const { server, client, authentication } = partiesOf(forage, credentials)
  // Without `scope` Forage issues a `hosted_checkout` token, which cannot mint session tokens for its SDKs.
  const parameters = { scope, expiration_time: String(lifetimeSeconds) }
  const transport = transportOf(forage, signal)
  const answer = await exchange(forage, () =>
    oauth.clientCredentialsGrantRequest(server, client, authentication, parameters, transport),
  )
  return answer.ok ? receivedToken(answer, scope) : answer
}

async function revokeToken(
  forage: Client,
  credentials: ClientCredentials,
  token: string,
  signal: AbortSignal,
): Promise<boolean> {
  const { server, client, authentication } = partiesOf(forage, credentials)
  const transport = transportOf(forage, signal)
  return (await oauth.revocationRequest(server, client, authentication, token, transport)).ok
}

/** Sends JSON, not a form (docs.joinforage.app/reference/bulk-revoke-auth-tokens). */
async function bulkRevoke(
  { bulkRevokeUrl, fetch }: Client,
  { clientId, clientSecret }: ClientCredentials,
  count: number,
  signal: AbortSignal,
): Promise<boolean> {
  const body = JSON.stringify({ client_id: clientId, client_secret: clientSecret, revoke_count: count })
  const headers = { accept: 'application/json', 'content-type': 'application/json' }
  return (await boundedFetch(fetch, bulkRevokeUrl, { method: 'POST', headers, body, signal })).ok
}
