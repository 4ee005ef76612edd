import type { EmulatorContext } from '../context/context.ts'
import { writeJwt } from '../shared/jwt.ts'
import { defineTable, type TableDefinition } from '../state/table.ts'
import { unauthorized } from './quidkey-request.ts'

/** docs.quidkey.com/guides/payment-api/concepts/authentication: a refresh does not extend it. */
const REFRESH_TOKEN_LIFETIME_MS = 24 * 60 * 60 * 1000

/** An access or a refresh token of Quidkey's OAuth server, keyed by its value. */
export interface QuidkeyToken {
  readonly value: string
  readonly expiresAt: number
}

export const quidkeyAccessTokenTable: TableDefinition<QuidkeyToken> = defineTable('quidkey_access_tokens')
export const quidkeyRefreshTokenTable: TableDefinition<QuidkeyToken> = defineTable('quidkey_refresh_tokens')

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
  store.table(quidkeyRefreshTokenTable).set(refresh.value, refresh)
  return { access_token, refresh_token: refresh.value, token_type: 'Bearer', expires_in }
}

/** Refreshes the access token. A rotated refresh token expires together with the first one (inferred). */
export function refreshTokens(context: EmulatorContext, value: string): QuidkeyTokens {
  const { store, switches, time } = context
  const refreshTokenRows = store.table(quidkeyRefreshTokenTable)
  const known = refreshTokenRows.get(value)
  if (!known || time.now() >= known.expiresAt) throw unauthorized('UNAUTHORIZED')
  if (switches.quidkeyRefreshToken === 'kept') return issueAccessToken(context)
  refreshTokenRows.delete(value)
  const next = mint(context, known.expiresAt)
  refreshTokenRows.set(next.value, next)
  const { access_token, expires_in } = issueAccessToken(context)
  return { access_token, refresh_token: next.value, token_type: 'Bearer', expires_in }
}

function issueAccessToken(context: EmulatorContext): QuidkeyTokens {
  const expires_in = context.switches.quidkeyExpiresInSeconds
  const access = mint(context, context.time.now() + expires_in * 1000)
  context.store.table(quidkeyAccessTokenTable).set(access.value, access)
  return { access_token: access.value, expires_in }
}

/** Mints a token. Published ones start like a JWT; their claims are not published. */
function mint({ random, sign, time }: EmulatorContext, expiresAt: number): QuidkeyToken {
  const toSeconds = (ms: number): number => Math.floor(ms / 1000)
  const claims = { jti: random.hex(32), iat: toSeconds(time.now()), exp: toSeconds(expiresAt) }
  return { value: writeJwt({ alg: 'HS256', typ: 'JWT' }, claims, sign), expiresAt }
}
