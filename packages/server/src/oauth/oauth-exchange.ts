import * as oauth from 'oauth4webapi'

import type { ServerClock } from '../shared/clock.ts'
import type { ClientCredentials, CredentialsReader } from '../shared/credentials.ts'
import { boundedFetch } from '../upstream/bounded-fetch.ts'
import { clientAuthentications, type ClientAuthMethod } from './client-auth.ts'
import { failure, readTokenError, skewOf, type TokenFailure } from './token-answer.ts'

/** An authorization server that follows RFC 6749, and how this client talks to it. */
export interface OAuthServer {
  tokenUrl: string
  revokeUrl?: string
  clientAuth: ClientAuthMethod
  clock: ServerClock
  fetch: typeof globalThis.fetch
}

/** The parties of a request, as oauth4webapi names them. */
export interface Parties {
  server: oauth.AuthorizationServer
  client: oauth.Client
  authentication: oauth.ClientAuth
}

export function partiesOf(
  { tokenUrl, revokeUrl, clientAuth }: OAuthServer,
  { clientId, clientSecret }: ClientCredentials,
): Parties {
  const server = { issuer: new URL(tokenUrl).origin, token_endpoint: tokenUrl }
  return {
    server: revokeUrl === undefined ? server : { ...server, revocation_endpoint: revokeUrl },
    client: { client_id: clientId },
    authentication: clientAuthentications[clientAuth](clientSecret),
  }
}

/** Returns the options for a request of oauth4webapi. */
export function transportOf(
  { tokenUrl, fetch }: OAuthServer,
  signal: AbortSignal,
): oauth.ClientCredentialsGrantRequestOptions & oauth.RevocationRequestOptions {
  return {
    signal,
    [oauth.customFetch]: (url: string, init: RequestInit) => boundedFetch(fetch, url, init),
    // The options accept an `http:` URL only for this machine.
    [oauth.allowInsecureRequests]: tokenUrl.startsWith('http:'),
  }
}

/** A successful answer of the token endpoint, and what this client knows about it. */
export interface TokenResponse {
  ok: true
  body: oauth.TokenEndpointResponse
  /** The time when the request was sent: lifetimes count from there. */
  requestedAt: number
  skewMs: number | undefined
}

/** Sends one token request and reads the answer. Rejects if there is no answer, or an unreadable one. */
export async function exchange(
  { clock }: OAuthServer,
  send: () => Promise<Response>,
  process: (response: Response) => Promise<oauth.TokenEndpointResponse>,
): Promise<TokenResponse | TokenFailure> {
  const requestedAt = clock.now()
  const response = await send()
  const { ok, status, headers } = response
  if (!ok) return readTokenError(status, await response.text(), headers, clock.now())
  const body = await process(response)
  return { ok: true, body, requestedAt, skewMs: skewOf(headers, clock.now()) }
}

/** Sends a token request, and sends it again with new credentials if the server refuses the known ones. */
export async function withCredentials<Answer extends { ok: true }>(
  credentials: CredentialsReader,
  send: (credentials: ClientCredentials) => Promise<Answer | TokenFailure>,
): Promise<Answer | TokenFailure> {
  const known = await credentials.read().catch(() => undefined)
  if (!known) return failure('transient', 'credentials_unavailable', { lost: false })
  const answer = await send(known)
  if (answer.ok || answer.kind !== 'credential') return answer
  const changed = await credentials.readAgain().catch(() => undefined)
  return changed ? send(changed) : answer
}
