import { countRejection, holdFailure, prevention, rememberFailure } from './requests/request-limits.ts'
import { startFlight, type Flight } from './requests/single-flight.ts'
import { land, sendTokenRequest, type FailedAnswer } from './requests/token-requests.ts'
import {
  allowedMs,
  currentToken,
  lose,
  passFailure,
  passNothing,
  passToken,
  update,
  type SessionParts,
} from './session-outcomes.ts'
import { reasonOf, throwIfAborted } from './shared/abort.ts'
import { ForageSessionError, isUnanswered } from './shared/errors.ts'
import { fingerprint } from './shared/fingerprint.ts'
import type { GetTokenOptions } from './state/forage-session.ts'
import { faultOf } from './token-holder.ts'
import type { HeldToken } from './token/token-lifetime.ts'
import type { TokenRequest } from './token/token-source.ts'

/** The wishes of one call. `verified`: a token that came with the page is not enough, because its age is unknown. */
export type Wanted = GetTokenOptions & { readonly verified?: boolean }

/** Gets a token for a caller, from memory or by the shared token request. */
export async function obtainToken(parts: SessionParts, wanted: Wanted): Promise<string> {
  throwIfAborted(wanted.signal)
  const now = markUsed(parts)
  const token = currentToken(parts, now)
  if (wanted.rejected === undefined) {
    if (token && satisfies(parts, token, wanted, now)) return serve(parts, token, now)
  } else {
    // A rejected token that is not the current one was replaced in the meantime.
    if (token && token.value !== wanted.rejected) return token.value
    reject(parts, wanted.rejected, now)
  }
  return await requestedToken(parts, wanted)
}

/** Marks the session as in use, and returns the time. Throws if it is closed. */
export function markUsed(parts: SessionParts): number {
  throwIfAborted(parts.epoch.signal)
  parts.lastUsedAt = parts.time.read()
  return parts.lastUsedAt
}

/** Returns whether the token stays valid for as long as the call wants, or as its lifetime allows. */
export function satisfies(parts: SessionParts, token: HeldToken, wanted: Wanted, now: number): boolean {
  if (token.via === 'prime' && (wanted.verified || (wanted.minValidityMs ?? 0) > parts.minValidityMs))
    return false
  return token.expiresAt - now >= allowedMs(parts, token, wanted.minValidityMs)
}

function serve(parts: SessionParts, token: HeldToken, now: number): string {
  const { time } = parts
  if (now >= token.renewAt) requestBehind(parts)
  const spareUntil = token.expiresAt - allowedMs(parts, token)
  // Both clocks are read at least once per second.
  const until = Math.min(now + 1000, token.renewAt, spareUntil)
  parts.hot = { value: token.value, from: time.wallOf(now), until: time.wallOf(until) }
  return token.value
}

function reject(parts: SessionParts, value: string, now: number): void {
  const { held } = parts
  parts.rejected.add(fingerprint(value))
  if (held?.value !== value) return
  lose(parts, 'rejected')
  const retryAt = countRejection(parts, now)
  if (retryAt !== undefined && !parts.flight) {
    passFailure(parts, holdFailure(parts, new ForageSessionError('token_rejected'), retryAt))
  }
}

async function requestedToken(parts: SessionParts, wanted: Wanted): Promise<string> {
  const { signal } = parts.epoch
  try {
    const token = await requestToken(parts).join(wanted.signal)
    throwIfAborted(signal)
    // Another tab's token may be valid for less time than this call wants. The next one lives longer.
    const isEnough = token.via !== 'tab' || satisfies(parts, token, wanted, parts.time.read())
    return isEnough ? token.value : await requestedToken(parts, wanted)
  } catch (error) {
    throwIfAborted(wanted.signal)
    // The rest of a usable token is better than an error, unless the caller set a minimum validity.
    const isStrict = wanted.verified || wanted.minValidityMs !== undefined || signal.aborted
    const spare = isStrict ? undefined : currentToken(parts, parts.time.read())
    if (!spare || spare.value === wanted.rejected) throw error
    return spare.value
  }
}

/** Joins the shared token request, or starts it. Throws the failure that prevents it. */
export function requestToken(parts: SessionParts): Flight<HeldToken> {
  // A listener of `clock-stepped` may request a token, so the clocks are read before anything else.
  parts.time.read()
  if (parts.flight) return parts.flight
  refuse(parts)
  const reason = parts.held ? 'renewal' : parts.missing
  const attempt = parts.failedInARow + 1
  const { checkoutId } = parts
  const flight = startFlight((signal) => run(parts, { reason, checkoutId, attempt, signal }))
  parts.flight = flight
  parts.listen()
  update(parts)
  return flight
}

/** Requests a token in the background: a failure becomes state and events, and the current token serves. */
export function requestBehind(parts: SessionParts): void {
  try {
    requestToken(parts)
  } catch {}
}

function refuse(parts: SessionParts): void {
  const known = parts.failure
  const failure = prevention(parts)
  if (!failure) return
  if (failure !== known) passFailure(parts, failure)
  throw failure.error
}

/** Gets a token from another tab, or from the token source if no tab has one. */
async function run(parts: SessionParts, request: TokenRequest): Promise<HeldToken> {
  // A request that was canceled in the tick that started it touches nothing.
  throwIfAborted(request.signal)
  // Before a request that was cut off, the other tabs were searched already.
  const found = parts.wasCutOff && !parts.failure ? undefined : await parts.tabs.seek()
  throwIfAborted(request.signal)
  if (!found) return await fetchToken(parts, request)
  land(parts)
  if ('error' in found) {
    passFailure(parts, found, true)
    throw found.error
  }
  update(parts)
  return found
}

async function fetchToken(parts: SessionParts, request: TokenRequest): Promise<HeldToken> {
  const { signal } = request
  const { generation } = parts
  let answer = await sendTokenRequest(parts, request, (overdue) => parts.flight?.cancel(fail(parts, overdue)))
  // A late response counts only if no token came since its request, in the same checkout.
  if (signal.aborted && parts.generation !== generation) throw reasonOf(signal)
  if ('token' in answer) {
    const { token, startedAt } = answer
    const fault = faultOf(parts, token, startedAt, parts.time.read())
    if (!fault) {
      if (!signal.aborted) land(parts)
      return passToken(parts, token, 'endpoint', startedAt)
    }
    answer = { error: new ForageSessionError(fault), startedAt }
  }
  throw signal.aborted ? answer.error : fail(parts, answer)
}

/** Ends the token request with a failure. Returns the error for those who wait. */
function fail(parts: SessionParts, failed: FailedAnswer): ForageSessionError {
  const { error } = failed
  const now = parts.time.read()
  const current = currentToken(parts, now)
  const flight = land(parts)
  // Once, until a token comes or the customer: a web view may be hidden for as long as it lives.
  if (!parts.wasCutOff && isCutOff(parts, failed, now)) {
    parts.wasCutOff = true
    // A page that is left sends nothing: the next tab does.
    if (flight?.isAwaited && !parts.isAway) flight.handOver(repeat(parts))
    else passNothing(parts)
  } else if (current && error.code === 'token_reused') {
    // A backend that caches tokens returns another one when the current one ends.
    holdFailure(parts, error, current.expiresAt)
    passNothing(parts)
  } else passFailure(parts, rememberFailure(parts, failed))
  return error
}

/** Returns whether the request failed because the page was hidden or frozen, or the device slept. */
function isCutOff(parts: SessionParts, { error, startedAt }: FailedAnswer, now: number): boolean {
  // A deadline that is late by more than a second shows a sleep in which both clocks went on.
  return isUnanswered(error.code) && (parts.wasAway || now - startedAt > parts.requestTimeoutMs + 1000)
}

/** Repeats a request that was cut off. */
export async function repeat(parts: SessionParts): Promise<HeldToken> {
  parts.wasCutOff = true
  return await requestToken(parts).join()
}
