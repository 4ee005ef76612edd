import { fingerprint } from './shared/fingerprint.ts'
import type { HeldToken } from './token/token-lifetime.ts'
import type { GrantedToken } from './token/token-response.ts'

/** The reason why there is no token. */
export type Missing = 'first' | 'expired' | 'rejected'

/** A span of wall time in which the token is handed out without any other check. */
export interface HotWindow {
  readonly value: string
  readonly from: number
  readonly until: number
}

/**
 * The token of a session and the tokens that it has seen: state without I/O. Only the functions below change it,
 * and they return what happened.
 */
export interface TokenHolder {
  held?: HeldToken | undefined
  missing: Missing
  hot: HotWindow
  /** The fingerprints of all tokens that were held. */
  readonly received: Set<string>
  /** The fingerprints of the tokens that the API rejected. */
  readonly rejected: Set<string>
}

/** An empty span: the next call reads both clocks. */
export const cold: HotWindow = { value: '', from: Infinity, until: 0 }

/** Creates a holder without a token. */
export function createTokenHolder(): TokenHolder {
  return { missing: 'first', hot: cold, received: new Set(), rejected: new Set() }
}

/**
 * Holds a token from now on, and returns it. `renewAt` is the part of its lifetime after which it is renewed;
 * `random` draws the jitter: up to a tenth of the lifetime, once per token.
 */
export function hold(
  holder: TokenHolder & { readonly renewAt: number; readonly random: () => number },
  { value, lifetimeMs }: GrantedToken,
  via: HeldToken['via'],
  startedAt: number,
): HeldToken {
  const token: HeldToken = {
    value,
    fingerprint: fingerprint(value),
    startedAt,
    lifetimeMs,
    expiresAt: startedAt + lifetimeMs,
    renewAt: startedAt + lifetimeMs * (holder.renewAt + 0.1 * holder.random()),
    via,
  }
  holder.held = token
  holder.hot = cold
  holder.received.add(token.fingerprint)
  return token
}

/** Drops the token, if there is one, and returns it. */
export function drop(holder: TokenHolder, why: Missing): HeldToken | undefined {
  const { held } = holder
  holder.held = undefined
  holder.hot = cold
  holder.missing = why
  return held
}

/** Returns why a token from the token source cannot be used; undefined if it can. */
export function faultOf(
  holder: TokenHolder,
  granted: GrantedToken,
  startedAt: number,
  now: number,
): 'token_reused' | 'token_expired_on_arrival' | undefined {
  const name = fingerprint(granted.value)
  const isReceived = holder.missing === 'expired' && holder.received.has(name)
  const isOld = name === holder.held?.fingerprint || isReceived
  // The same token again is good only if its response says how long it still lives.
  if (holder.rejected.has(name) || (isOld && !granted.hasLifetime)) return 'token_reused'
  return startedAt + granted.lifetimeMs <= now ? 'token_expired_on_arrival' : undefined
}
