import { clockSkewMs } from './token-windows.ts'

const minute = 60 * 1000
// Before its end a new pair is asked for, so that no refresh meets a token that has just run out.
const reauthenticationLeadMs = 30 * minute

/** How an access token was obtained (RFC 6749 §4.4, §6). */
export type Grant = 'client_credentials' | 'refresh_token'

/** Brings access tokens until its end, which does not move when it is used or rotated. */
export interface RefreshToken {
  id: string
  token: string
  /** No key that is here opens it: `token` is as it is in the store. */
  isSealed?: true
  /** When the first of its family was issued: its end counts from here. */
  obtainedAt: number
  /** From here on the client authenticates with its credentials instead. */
  reauthenticateAt: number
  expiresAt: number
  /** Whether each use brings a new one and ends the old one. Null: it was never used. */
  rotates: boolean | null
  /** The lease under which it was sent, if once must do. */
  spentUnder: number | null
}

/** A refresh token that has just been issued for credentials. `jitter` in [0, 1) is drawn once, for all instances. */
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

/** What to keep after a use: the new one if there was one, else the old one (RFC 6749 §6). It ends when it did. */
export function usedRefreshToken(used: RefreshToken, next: string | undefined): RefreshToken {
  if (next === undefined || next === used.token) return { ...used, rotates: false, spentUnder: null }
  return { ...used, id: crypto.randomUUID(), token: next, rotates: true, spentUnder: null }
}

/**
 * Whether it may be sent. One that rotates, or may, is sent once: a second use looks like a theft to the server,
 * which then ends the whole family (RFC 9700 §4.14.2).
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
