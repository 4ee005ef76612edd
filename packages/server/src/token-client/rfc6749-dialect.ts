import * as oauth from 'oauth4webapi'

import { exchange, partiesOf, transportOf, type OAuthServer } from '../oauth/oauth-exchange.ts'
import { grantedTokens, type GrantAnswer, type RefreshDialect } from './refresh-dialect.ts'

export interface Rfc6749DialectOptions extends Omit<OAuthServer, 'revokeUrl'> {
  /** Default: the server decides. */
  scope: string | undefined
}

/** Speaks RFC 6749: client credentials (§4.4) and refresh (§6), both at the token endpoint. */
export function createRfc6749Dialect(options: Rfc6749DialectOptions): RefreshDialect {
  const parameters: Record<string, string> = options.scope === undefined ? {} : { scope: options.scope }
  return {
    authenticate: (credentials, signal) => {
      const { server, client, authentication } = partiesOf(options, credentials)
      const transport = transportOf(options, signal)
      return granted(options, () =>
        oauth.clientCredentialsGrantRequest(server, client, authentication, parameters, transport),
      )
    },
    refresh: async (refreshToken, credentials, signal) => {
      const { server, client, authentication } = partiesOf(options, await credentials.read())
      const transport = transportOf(options, signal)
      return granted(options, () =>
        oauth.refreshTokenGrantRequest(server, client, authentication, refreshToken, transport),
      )
    },
  }
}

async function granted(options: OAuthServer, send: () => Promise<Response>): Promise<GrantAnswer> {
  const answer = await exchange(options, send)
  return answer.ok ? grantedTokens(answer) : answer
}
