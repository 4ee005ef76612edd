import * as oauth from 'oauth4webapi'

import type { ServerClock } from '../shared/clock.ts'
import type { ClientCredentials, CredentialsReader } from '../shared/credentials.ts'
import { credentialsFailure } from '../slot/slot-key.ts'
import { boundedFetch } from '../upstream/bounded-fetch.ts'
import { parseJson } from '../upstream/upstream-error-code.ts'
import { clientAuthentications, type ClientAuthMethod } from './client-auth.ts'
import {
  answerWithoutToken,
  failure,
  readTokenError,
  skewOf,
  type GrantedToken,
  type TokenFailure,
} from './token-answer.ts'
import { readGrant } from './token-grant.ts'

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

/** Sends one token request and reads the answer. Rejects if there is no complete answer. */
export async function exchange(
  { clock }: OAuthServer,
  send: () => Promise<Response>,
): Promise<({ ok: true } & GrantedToken) | TokenFailure> {
  const requestedAt = clock.now()
  const response = await send()
  const text = await response.text()
  const now = clock.now()
  if (!response.ok) return readTokenError(response, text, now)
  const grant = readGrant(parseJson(text))
  if (!grant) return answerWithoutToken(response, text)
  return { ok: true, grant, requestedAt, skewMs: skewOf(response.headers, now) }
}

/** Sends a token request, and sends it again with new credentials if the server refuses the known ones. */
export async function withCredentials<Answer extends { ok: true }>(
  credentials: CredentialsReader,
  send: (credentials: ClientCredentials) => Promise<Answer | TokenFailure>,
): Promise<Answer | TokenFailure> {
  const known = await credentials.read().catch(unreadable)
  if ('kind' in known) return known
  const answer = await send(known)
  if (answer.ok || answer.kind !== 'credential') return answer
  const changed = await credentials.readAgain().catch(unreadable)
  if (!changed) return answer
  if (!('kind' in changed)) return send(changed)
  // Only values that cannot be sent explain more than the refusal of the old ones.
  return changed.kind === 'config' ? changed : answer
}

function unreadable(error: unknown): TokenFailure {
  const { kind, code } = credentialsFailure(error)
  return failure(kind, code, { lost: false })
}
