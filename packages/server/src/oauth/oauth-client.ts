import * as oauth from 'oauth4webapi'

import type { ClientCredentials, CredentialsReader } from '../shared/credentials.ts'
import { withDeadline } from '../shared/deadline.ts'
import { requestTimeoutMs } from '../slot/token-windows.ts'
import { boundedFetch } from '../upstream/bounded-fetch.ts'
import type { Endpoints } from '../upstream/environments.ts'
import { limitedFetch, type UpstreamLimit } from '../upstream/upstream-limit.ts'
import { exchange, partiesOf, transportOf, withCredentials, type OAuthServer } from './oauth-exchange.ts'
import { failedRequest, receivedToken, type TokenAnswer } from './token-answer.ts'

export interface OAuthClientOptions extends Omit<OAuthServer, 'tokenUrl' | 'revokeUrl'> {
  endpoints: Endpoints
  credentials: CredentialsReader
  scope: string
  lifetimeSeconds: number
  /** Each request waits for its turn. */
  limit: UpstreamLimit
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
  return {
    requestToken: async (lifetimeSeconds = options.lifetimeSeconds) => {
      const sending = watched(fetch)
      const request = { ...client, fetch: limitedFetch(sending.fetch, limit) }
      return within((signal) =>
        withCredentials(credentials, async (current) => {
          const answer = await requestToken(request, current, lifetimeSeconds, signal)
          sending.isUnanswered = false
          return answer
        }),
      ).catch((error: unknown) => failedRequest(error, clock.now(), sending.isUnanswered))
    },
    revoke: (token) =>
      within(async (signal) => revokeToken(client, await credentials.read(), token, signal)).catch(
        () => false,
      ),
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
    fetch: (input, init) => {
      sending.isUnanswered = true
      return fetch(input, init)
    },
  }
  return sending
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
  const answer = await exchange(
    forage,
    () => oauth.clientCredentialsGrantRequest(server, client, authentication, parameters, transport),
    (response) => oauth.processClientCredentialsResponse(server, client, response),
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
