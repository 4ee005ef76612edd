import * as oauth from 'oauth4webapi'

import type { ServerClock } from '../shared/clock.ts'
import type { ClientCredentials, CredentialsReader } from '../shared/credentials.ts'
import { withDeadline } from '../shared/deadline.ts'
import { requestTimeoutMs } from '../slot/token-windows.ts'
import { boundedFetch } from '../upstream/bounded-fetch.ts'
import { budgetedFetch } from '../upstream/budgeted-fetch.ts'
import type { Endpoints } from '../upstream/environments.ts'
import type { UpstreamLimit } from '../upstream/upstream-limit.ts'
import { lostAnswer, readTokenError, readTokenAnswer, type TokenAnswer } from './token-answer.ts'

/**
 * How the client proves who it is: `basic` form-encodes both halves (RFC 6749 §2.3.1), `basic-raw` does not, as
 * most HTTP clients do, `post` sends them in the body.
 */
export type ClientAuthMethod = 'basic' | 'basic-raw' | 'post'

export interface OAuthClientOptions {
  endpoints: Endpoints
  credentials: CredentialsReader
  clientAuth: ClientAuthMethod
  scope: string
  lifetimeSeconds: number
  clock: ServerClock
  fetch: typeof globalThis.fetch
  /** What each request waits for. */
  limit: UpstreamLimit
}

export interface OAuthClient {
  /** One authentication token, or why not; never rejects. At most 10 s. */
  requestToken(lifetimeSeconds?: number): Promise<TokenAnswer>
  /** Whether the token is dead now (RFC 7009: an unknown one is, too); never rejects. */
  revoke(token: string): Promise<boolean>
  /** Whether the client's oldest `count` tokens, at most 1000, are dead now; never rejects. Reads the credentials again. */
  bulkRevoke(count: number): Promise<boolean>
}

/** Forage's `/o/` endpoints, by the client-credentials grant (RFC 6749 §4.4). */
export function createOAuthClient(unlimited: OAuthClientOptions): OAuthClient {
  const { clock, credentials, fetch, limit } = unlimited
  const options = { ...unlimited, fetch: budgetedFetch(fetch, limit, clock) }
  return {
    requestToken: async (lifetimeSeconds = options.lifetimeSeconds) => {
      const sending = watch(unlimited)
      const request = { ...options, lifetimeSeconds, fetch: sending.fetch }
      return withDeadline(clock, requestTimeoutMs, undefined, (signal) =>
        requestToken(request, sending, signal),
      ).catch((error: unknown) => lostAnswer(error, sending.isUnanswered))
    },
    revoke: (token) =>
      withDeadline(clock, requestTimeoutMs, undefined, async (signal) =>
        revokeToken(options, await credentials.read(), token, signal),
      ).catch(() => false),
    bulkRevoke: (count) =>
      withDeadline(clock, requestTimeoutMs, undefined, async (signal) => {
        // After a leak the secret was changed: the one in memory is the leaked one.
        const current = (await credentials.readAgain()) ?? (await credentials.read())
        return bulkRevoke(options, current, count, signal)
      }).catch(() => false),
  }
}

/** Whether a request is out: a token may be lost then, and neither before nor after. */
interface Sending {
  isUnanswered: boolean
  fetch: typeof globalThis.fetch
}

function watch({ fetch, limit, clock }: OAuthClientOptions): Sending {
  const send: typeof fetch = (input, init) => {
    sending.isUnanswered = true
    return fetch(input, init)
  }
  const sending = { isUnanswered: false, fetch: budgetedFetch(send, limit, clock) }
  return sending
}

async function requestToken(
  options: OAuthClientOptions,
  sending: Sending,
  signal: AbortSignal,
): Promise<TokenAnswer> {
  const credentials = await options.credentials.read().catch(() => undefined)
  if (!credentials) return credentialsUnavailable
  const answer = await exchange(options, credentials, signal)
  if (answer.ok || answer.kind !== 'credential') return answer
  sending.isUnanswered = false
  const rotated = await options.credentials.readAgain().catch(() => undefined)
  return rotated ? exchange(options, rotated, signal) : answer
}

const credentialsUnavailable: TokenAnswer = {
  ok: false,
  kind: 'transient',
  code: 'credentials_unavailable',
  lost: false,
}

async function exchange(
  options: OAuthClientOptions,
  credentials: ClientCredentials,
  signal: AbortSignal,
): Promise<TokenAnswer> {
  const { scope, lifetimeSeconds, clock } = options
  const { server, client, authentication } = parties(options, credentials)
  const requestedAt = clock.now()
  // Without `scope` Forage issues a `hosted_checkout` token, which cannot mint session tokens for its SDKs.
  const parameters = { scope, expiration_time: String(lifetimeSeconds) }
  const request = transport(options, signal)
  const response = await oauth.clientCredentialsGrantRequest(
    server,
    client,
    authentication,
    parameters,
    request,
  )
  if (!response.ok)
    return readTokenError(response.status, await response.text(), response.headers, clock.now())
  const body = await oauth.processClientCredentialsResponse(server, client, response)
  return readTokenAnswer(body, requestedAt, scope, skewOf(response.headers, clock.now()))
}

// RFC 9110 §6.6.1: whole seconds.
export function skewOf(headers: Headers, now: number): number | undefined {
  const ms = Date.parse(headers.get('date') ?? '') - now
  return Number.isNaN(ms) ? undefined : ms
}

async function revokeToken(
  options: OAuthClientOptions,
  credentials: ClientCredentials,
  token: string,
  signal: AbortSignal,
): Promise<boolean> {
  const { server, client, authentication } = parties(options, credentials)
  const request = transport(options, signal)
  const response = await oauth.revocationRequest(server, client, authentication, token, request)
  return response.ok
}

/** docs.joinforage.app/reference/bulk-revoke-auth-tokens: JSON, not the form of the other two. */
async function bulkRevoke(
  { endpoints, fetch }: OAuthClientOptions,
  { clientId, clientSecret }: ClientCredentials,
  count: number,
  signal: AbortSignal,
): Promise<boolean> {
  const body = JSON.stringify({ client_id: clientId, client_secret: clientSecret, revoke_count: count })
  const headers = { accept: 'application/json', 'content-type': 'application/json' }
  const request = { method: 'POST', headers, body, signal }
  return (await boundedFetch(fetch, endpoints.bulkRevokeUrl, request)).ok
}

function parties(
  { endpoints, clientAuth }: OAuthClientOptions,
  { clientId, clientSecret }: ClientCredentials,
): { server: oauth.AuthorizationServer; client: oauth.Client; authentication: oauth.ClientAuth } {
  const server = {
    issuer: endpoints.apiUrl,
    token_endpoint: endpoints.tokenUrl,
    revocation_endpoint: endpoints.revokeUrl,
  }
  return {
    server,
    client: { client_id: clientId },
    authentication: clientAuthentications[clientAuth](clientSecret),
  }
}

export const clientAuthentications: Record<ClientAuthMethod, (clientSecret: string) => oauth.ClientAuth> = {
  basic: oauth.ClientSecretBasic,
  'basic-raw': (clientSecret) => (_server, client, _body, headers) =>
    headers.set('authorization', `Basic ${base64(`${client.client_id}:${clientSecret}`)}`),
  post: oauth.ClientSecretPost,
}

// `btoa` takes Latin-1 only, and RFC 7617 §2.1 wants UTF-8.
function base64(text: string): string {
  return btoa(String.fromCharCode(...new TextEncoder().encode(text)))
}

function transport(
  { endpoints, fetch }: OAuthClientOptions,
  signal: AbortSignal,
): oauth.ClientCredentialsGrantRequestOptions & oauth.RevocationRequestOptions {
  return {
    signal,
    [oauth.customFetch]: (url: string, init: RequestInit) => boundedFetch(fetch, url, init),
    // `resolveEnvironment` lets http: through for this machine only.
    [oauth.allowInsecureRequests]: endpoints.apiUrl.startsWith('http:'),
  }
}
