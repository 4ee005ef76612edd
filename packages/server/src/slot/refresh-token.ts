import { clockSkewMs } from './token-windows.ts'

const minute = 60 * 1000
// The client authenticates again this long before the end, so that no refresh uses a token that has just expired.
const reauthenticationLeadMs = 30 * minute

/** The grant by which an access token was issued (RFC 6749 §4.4, §6). */
export type Grant = 'client_credentials' | 'refresh_token'

/** A refresh token. Its end does not move when it is used or rotated. */
export interface RefreshToken {
  id: string
  token: string
  /** No key of this instance opens it: `token` is unchanged from the store. */
  isSealed?: true
  /** The time when the first refresh token of its family was issued: the end counts from there. */
  obtainedAt: number
  /** From this time the client authenticates with its credentials instead. */
  reauthenticateAt: number
  expiresAt: number
  /** Whether each use returns a new refresh token and ends the old one. Null: it was never used. */
  rotates: boolean | null
  /** The fence of the lease under which it was sent. Null: it was not sent, or may be sent again. */
  spentUnder: number | null
}

/** Returns a newly issued refresh token. `jitter` in [0, 1) is drawn once, for all instances. */
export function issuedRefreshToken(
  token: string,
  obtainedAt: number,
  lifetimeMs: number,
  jitter: number,
): RefreshToken {
  const expiresAt = obtainedAt + lifetimeMs
  const leadMs = Math.min(reauthenticationLeadMs, lifetimeMs / 2) * (1 + jitter / 5)
  const reauthenticateAt = Math.round(expiresAt - leadMs)
  const id = crypto.randomUUID()
  return { id, token, obtainedAt, reauthenticateAt, expiresAt, rotates: null, spentUnder: null }
}

/** Returns the refresh token to keep after a use: the new one, if any, else the old one (RFC 6749 §6). The end stays. */
export function usedRefreshToken(used: RefreshToken, next: string | undefined): RefreshToken {
  if (next === undefined || next === used.token) return { ...used, rotates: false, spentUnder: null }
  return { ...used, id: crypto.randomUUID(), token: next, rotates: true, spentUnder: null }
}

/**
 * Returns whether it may be sent. If it rotates, or may rotate, it is sent once: a second use looks like theft to the
 * server, which then ends the whole family (RFC 9700 §4.14.2).
 */
export function isSpendable(refresh: RefreshToken | null, now: number): refresh is RefreshToken {
  if (
    !refresh ||
    refresh.isSealed ||
    now >= refresh.reauthenticateAt ||
    refresh.obtainedAt > now + clockSkewMs
  )
    return false
  return refresh.spentUnder === null || refresh.rotates === false
}
