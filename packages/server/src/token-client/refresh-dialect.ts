import { failure, type ReceivedToken, type TokenFailure } from '../oauth/token-answer.ts'
import type { CredentialsReader, ClientCredentials } from '../shared/credentials.ts'
import { assumedAccessTokenMs, shortestAccessTokenMs } from './access-token-windows.ts'

/** An answer with an access token and, it may be, a refresh token. */
export type GrantAnswer = GrantedTokens | TokenFailure
export type GrantedTokens = ReceivedToken & { refreshToken?: string | undefined }

/** How a server speaks. Both reject if there is no answer, or none that can be read. */
export interface RefreshDialect {
  authenticate(credentials: ClientCredentials, signal: AbortSignal): Promise<GrantAnswer>
  refresh(refreshToken: string, credentials: CredentialsReader, signal: AbortSignal): Promise<GrantAnswer>
}

export interface Granted {
  token: string
  refreshToken: string | undefined
  expiresInSeconds: number | undefined
  scope: string | undefined
  /** How far the server's clock is ahead of ours, in ms, if it says so. */
  skewMs: number | undefined
}

/** Lifetime is what the answer says, counted from the request. */
export function grantedTokens(granted: Granted, requestedAt: number): GrantAnswer {
  const { token, refreshToken, expiresInSeconds, scope = '', skewMs } = granted
  const lifetimeMs = expiresInSeconds === undefined ? assumedAccessTokenMs : expiresInSeconds * 1000
  if (!(lifetimeMs >= shortestAccessTokenMs))
    return failure('limit', 'lifetime_too_short', { status: 200, lost: true })
  return { ok: true, token, scope, requestedAt, lifetimeMs, refreshToken, skewMs }
}
