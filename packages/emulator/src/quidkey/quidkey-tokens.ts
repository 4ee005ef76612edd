import type { EmulatorContext } from '../context.ts'
import { writeJwt } from '../jwt.ts'
import type { QuidkeyToken } from '../state/store.ts'
import { unauthorized } from './quidkey-error.ts'

/** docs.quidkey.com/guides/payment-api/concepts/authentication: from the first issue, whatever is refreshed since. */
const REFRESH_TOKEN_LIFETIME_MS = 24 * 60 * 60 * 1000

export interface QuidkeyTokens {
  readonly access_token: string
  readonly refresh_token?: string
  readonly token_type?: 'Bearer'
  readonly expires_in: number
}

export function issueTokens(context: EmulatorContext): QuidkeyTokens {
  const { store, time } = context
  const { access_token, expires_in } = issueAccessToken(context)
  const refresh = mint(context, time.now() + REFRESH_TOKEN_LIFETIME_MS)
  store.quidkeyRefreshTokens.set(refresh.value, refresh)
  return { access_token, refresh_token: refresh.value, token_type: 'Bearer', expires_in }
}

/** A rotated refresh token ends when its first one would have: its 24 hours don't slide (inferred). */
export function refreshTokens(context: EmulatorContext, value: string): QuidkeyTokens {
  const { store, switches, time } = context
  const known = store.quidkeyRefreshTokens.get(value)
  if (!known || time.now() >= known.expiresAt) throw unauthorized('UNAUTHORIZED')
  if (switches.quidkeyRefreshToken === 'kept') return issueAccessToken(context)
  store.quidkeyRefreshTokens.delete(value)
  const next = mint(context, known.expiresAt)
  store.quidkeyRefreshTokens.set(next.value, next)
  const { access_token, expires_in } = issueAccessToken(context)
  return { access_token, refresh_token: next.value, token_type: 'Bearer', expires_in }
}

function issueAccessToken(context: EmulatorContext): QuidkeyTokens {
  const expires_in = context.switches.quidkeyExpiresInSeconds
  const access = mint(context, context.time.now() + expires_in * 1000)
  context.store.quidkeyAccessTokens.set(access.value, access)
  return { access_token: access.value, expires_in }
}

/** The published ones begin as a JWT does; what is in them is not published. */
function mint({ random, sign, time }: EmulatorContext, expiresAt: number): QuidkeyToken {
  const toSeconds = (ms: number): number => Math.floor(ms / 1000)
  const claims = { jti: random.hex(32), iat: toSeconds(time.now()), exp: toSeconds(expiresAt) }
  return { value: writeJwt({ alg: 'HS256', typ: 'JWT' }, claims, sign), expiresAt }
}
