import * as oauth from 'oauth4webapi'

import { clientAuthentications, skewOf, type ClientAuthMethod } from '../oauth/oauth-client.ts'
import { readTokenError } from '../oauth/token-answer.ts'
import type { ServerClock } from '../shared/clock.ts'
import type { ClientCredentials } from '../shared/credentials.ts'
import { boundedFetch } from '../upstream/bounded-fetch.ts'
import { grantedTokens, type GrantAnswer, type RefreshDialect } from './refresh-dialect.ts'

export interface Rfc6749DialectOptions {
  tokenUrl: string
  /** Default: what the server gives. */
  scope: string | undefined
  clientAuth: ClientAuthMethod
  clock: ServerClock
  fetch: typeof globalThis.fetch
}

/** RFC 6749: client credentials (§4.4) and refresh (§6), both at the token endpoint. */
export function createRfc6749Dialect(options: Rfc6749DialectOptions): RefreshDialect {
  const { scope } = options
  return {
    authenticate: (credentials, signal) => {
      const [server, client, authentication] = parties(options, credentials)
      const parameters = scope === undefined ? {} : { scope }
      const send = (): Promise<Response> =>
        oauth.clientCredentialsGrantRequest(
          server,
          client,
          authentication,
          parameters,
          transport(options, signal),
        )
      return exchange(options, send, (response) =>
        oauth.processClientCredentialsResponse(server, client, response),
      )
    },
    refresh: async (refreshToken, credentials, signal) => {
      const [server, client, authentication] = parties(options, await credentials.read())
      const send = (): Promise<Response> =>
        oauth.refreshTokenGrantRequest(
          server,
          client,
          authentication,
          refreshToken,
          transport(options, signal),
        )
      return exchange(options, send, (response) =>
        oauth.processRefreshTokenResponse(server, client, response),
      )
    },
  }
}

async function exchange(
  { clock }: Rfc6749DialectOptions,
  send: () => Promise<Response>,
  process: (response: Response) => Promise<oauth.TokenEndpointResponse>,
): Promise<GrantAnswer> {
  const requestedAt = clock.now()
  const response = await send()
  if (!response.ok)
    return readTokenError(response.status, await response.text(), response.headers, clock.now())
  const { access_token: token, refresh_token: refreshToken, expires_in, scope } = await process(response)
  const skewMs = skewOf(response.headers, clock.now())
  return grantedTokens({ token, refreshToken, expiresInSeconds: expires_in, scope, skewMs }, requestedAt)
}

function parties(
  { tokenUrl, clientAuth }: Rfc6749DialectOptions,
  { clientId, clientSecret }: ClientCredentials,
): [oauth.AuthorizationServer, oauth.Client, oauth.ClientAuth] {
  const server = { issuer: new URL(tokenUrl).origin, token_endpoint: tokenUrl }
  return [server, { client_id: clientId }, clientAuthentications[clientAuth](clientSecret)]
}

function transport(
  { tokenUrl, fetch }: Rfc6749DialectOptions,
  signal: AbortSignal,
): oauth.TokenEndpointRequestOptions {
  return {
    signal,
    [oauth.customFetch]: (url: string, init: RequestInit) => boundedFetch(fetch, url, init),
    // `apiOrigin` lets http: through for this machine only.
    [oauth.allowInsecureRequests]: tokenUrl.startsWith('http:'),
  }
}
