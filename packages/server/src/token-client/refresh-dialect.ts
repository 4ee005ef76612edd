import {
  receivedToken,
  type GrantedToken,
  type ReceivedToken,
  type TokenFailure,
} from '../oauth/token-answer.ts'
import type { ClientCredentials, CredentialsReader } from '../shared/credentials.ts'
import { accessTokenLifetimes } from './access-token-windows.ts'

/** An answer with an access token, and perhaps a refresh token. */
export type GrantAnswer = GrantedTokens | TokenFailure
export type GrantedTokens = ReceivedToken & { refreshToken?: string | undefined }

/** The wire format of a server. Both requests reject if there is no complete answer. */
export interface RefreshDialect {
  authenticate(credentials: ClientCredentials, signal: AbortSignal): Promise<GrantAnswer>
  refresh(refreshToken: string, credentials: CredentialsReader, signal: AbortSignal): Promise<GrantAnswer>
}

/** Reads the two tokens of an answer. */
export function grantedTokens(granted: GrantedToken): GrantAnswer {
  const answer = receivedToken(granted, '', accessTokenLifetimes)
  if (!answer.ok) return answer
  const { grant } = granted
  return { ...answer, refreshToken: 'unusable' in grant ? undefined : grant.refresh_token }
}
