import type { EmulatorContext } from '../context.ts'
import { oauthError } from '../http/api-error.ts'
import type { AuthenticationToken } from '../state/store.ts'

export const MAX_LIVE_TOKENS = 1000

/**
 * The oldest first: by expiry time, as docs.joinforage.app/reference/bulk-revoke-auth-tokens counts age; of one time,
 * in the order of their issue. Never more than `MAX_LIVE_TOKENS`.
 */
export function liveTokens({ store, time }: EmulatorContext): AuthenticationToken[] {
  const now = time.now()
  return [...store.authenticationTokens.values()]
    .filter((token) => now < token.expiresAt)
    .toSorted((one, other) => one.expiresAt - other.expiresAt)
}

/**
 * docs.joinforage.app/docs/authentication-reference: at most 1000 active tokens for one client. Expired ones are
 * forgotten only when the table is full, so that an issue below the cap looks at none.
 */
export function makeRoom(context: EmulatorContext): void {
  const tokens = context.store.authenticationTokens
  if (tokens.size < MAX_LIVE_TOKENS) return
  const live = liveTokens(context)
  const [oldest] = live
  if (!oldest || live.length < tokens.size) return forgetExpired(context)
  if (context.switches.tokenCap === 'reject') throw tooManyTokens()
  tokens.delete(oldest.value)
}

function forgetExpired({ store, time }: EmulatorContext): void {
  const now = time.now()
  for (const token of store.authenticationTokens.values())
    if (now >= token.expiresAt) store.authenticationTokens.delete(token.value)
}

function tooManyTokens(): Error {
  const message = `${MAX_LIVE_TOKENS} authentication tokens are active. Revoke some, or reuse one.`
  return oauthError(400, 'invalid_request', message)
}
