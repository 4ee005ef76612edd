import type { EmulatorContext } from '../context/context.ts'
import { oauthError } from '../http/api-error.ts'
import { authenticationTokenTable, liveTokens } from '../tokens/authentication-token.ts'

/** docs.joinforage.app/docs/authentication-reference: one client has at most 1000 active tokens. */
export const MAX_LIVE_TOKENS = 1000

/**
 * Makes room for one more token. It forgets expired tokens only when the table is full, so that an issue below the cap
 * reads no other token.
 */
export function makeRoom(context: EmulatorContext): void {
  const tokens = context.store.table(authenticationTokenTable)
  if (tokens.size < MAX_LIVE_TOKENS) return
  const live = liveTokens(context)
  const [oldest] = live
  if (!oldest || live.length < tokens.size) return forgetExpired(context)
  if (context.switches.tokenCap === 'reject') throw tooManyTokens()
  tokens.delete(oldest.value)
}

function forgetExpired({ store, time }: EmulatorContext): void {
  const now = time.now()
  const tokens = store.table(authenticationTokenTable)
  for (const token of tokens.values()) if (now >= token.expiresAt) tokens.delete(token.value)
}

function tooManyTokens(): Error {
  const message = `${MAX_LIVE_TOKENS} authentication tokens are active. Revoke some, or reuse one.`
  return oauthError(400, 'invalid_request', message)
}
