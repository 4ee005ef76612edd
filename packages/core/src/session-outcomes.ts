import { release, remembered, type Failure } from './requests/failure-memory.ts'
import { plan, type Plan } from './requests/renewal-plan.ts'
import { forgetFailures, type RequestLimits } from './requests/request-limits.ts'
import type { SharedRequest } from './requests/token-requests.ts'
import type { SessionSettings } from './session-options.ts'
import type { SessionEvent, UntimedEvent } from './state/session-state.ts'
import type { SessionStore } from './state/session-store.ts'
import type { SessionTime } from './state/session-time.ts'
import { isShareable, type TokenOffer } from './tabs/tab-message.ts'
import type { TabSharing } from './tabs/tab-sharing.ts'
import { cold, drop, hold, type TokenHolder } from './token-holder.ts'
import { mostOfLife, mostOfLifeForCaller, type HeldToken } from './token/token-lifetime.ts'
import type { GrantedToken } from './token/token-response.ts'

/**
 * One session: its settings, its state, and the commands to store, tabs and timer. The functions of `session.ts`,
 * `get-token.ts` and this file share it; those of the rooms see only the part that their own type names.
 */
export interface SessionParts
  extends
    Omit<SessionSettings, 'checkoutId' | 'openChannel' | 'openPresence'>,
    SessionStore,
    TokenHolder,
    RequestLimits,
    SharedRequest {
  readonly time: SessionTime
  readonly tabs: TabSharing<HeldToken | Failure>
  readonly setTimer: (plan: Plan | undefined) => void
  /** Subscribes to the page and opens the channel to the other tabs, unless that is done or the page was left. */
  readonly listen: () => void
  checkoutId: string | undefined
  /** Belongs to the current checkout. It stays aborted once the session is closed. */
  epoch: AbortController
  lastUsedAt: number
  /** The types of the events that are emitted once. */
  readonly reported: Set<string>
  /** Whether the customer left the page, which may be in the back/forward cache. */
  isAway?: boolean
  /** Counts how often the page came back from that cache: a token request from before is repeated. */
  returns: number
  unsubscribe?: () => void
}

/** Returns whether the session was closed. */
export function isClosed({ epoch }: SessionParts): boolean {
  return epoch.signal.aborted
}

/** Holds a token, and passes it on to events, state, tabs and timer. */
export function passToken(
  parts: SessionParts,
  granted: GrantedToken,
  via: HeldToken['via'],
  startedAt: number,
): HeldToken {
  parts.receivedAt = parts.time.read()
  const token = hold(parts, granted, via, startedAt)
  forgetFailures(parts)
  const { fingerprint, lifetimeMs } = token
  parts.emit({ type: 'token-received', fingerprint, lifetimeMs, via })
  // A listener may switch to another checkout at once.
  if (parts.held === token) parts.change({ type: 'received', expiresAt: parts.time.wallOf(token.expiresAt) })
  if (parts.held !== token) return token
  if (via === 'endpoint') parts.tabs.publish(offerOf(parts, token))
  schedule(parts)
  allowedMs(parts, token)
  const { ignored } = granted
  if (ignored) emitOnce(parts, { type: 'lifetime-ignored', received: ignored })
  return token
}

function emitOnce(parts: SessionParts, event: UntimedEvent): void {
  if (parts.reported.has(event.type)) return
  parts.reported.add(event.type)
  parts.emit(event)
}

/** Returns the token as an offer to the other tabs. */
export function offerOf(
  parts: SessionParts,
  { value, lifetimeMs, startedAt }: HeldToken,
): TokenOffer & { type: 'offer' } {
  const ageMs = parts.time.read() - startedAt
  return { type: 'offer', token: value, lifetimeMs, ageMs, postedAt: parts.clock.now() }
}

/** Passes a failure on to events, tabs, state and timer. */
export function passFailure(parts: SessionParts, failure: Failure, isElsewhere = false): void {
  const { error, retryAt } = failure
  const { code } = error
  parts.emit({ type: 'token-failed', code, retryAt: wallOf(parts, retryAt) })
  const retryInMs = Math.max(0, retryAt - parts.time.read())
  const isShared = !isElsewhere && retryAt < Infinity && isShareable(error)
  parts.tabs.publish(isShared ? { type: 'failed', code, retryInMs } : { type: 'gone' })
  showFailure(parts, failure)
  schedule(parts)
}

function wallOf({ time }: SessionParts, at: number): number | null {
  return at < Infinity ? time.wallOf(at) : null
}

/** Ends a token request that brought neither a token nor a failure to remember. */
export function passNothing(parts: SessionParts): void {
  parts.tabs.publish({ type: 'gone' })
  const { held } = parts
  if (held) parts.change({ type: 'received', expiresAt: parts.time.wallOf(held.expiresAt) })
  showLoss(parts)
  schedule(parts)
}

/** Passes a failure on to the state only: it is known already. */
export function showFailure(parts: SessionParts, { error, retryAt }: Failure): void {
  const expiresAt = parts.held && parts.time.wallOf(parts.held.expiresAt)
  parts.change({ type: 'failed', error, retryAt: wallOf(parts, retryAt), expiresAt })
}

/** Passes the loss of the token on to events and state. */
export function passLoss(
  parts: SessionParts,
  token: Pick<HeldToken, 'fingerprint'>,
  by: Extract<SessionEvent, { type: 'token-invalidated' }>['by'],
): void {
  parts.emit({ type: 'token-invalidated', fingerprint: token.fingerprint, by })
  showLoss(parts)
}

/** Shows a state without a token: a request in progress, a remembered failure, or `idle`. */
export function showLoss(parts: SessionParts): void {
  const now = parts.time.read()
  // A listener, also one of `clock-stepped`, may have brought another token or requested one.
  if (parts.held) return
  const fetching = parts.flight !== undefined
  const failure = fetching ? undefined : remembered(parts.failures, now)
  if (failure) showFailure(parts, failure)
  else parts.change({ type: 'lost', fetching })
}

/** Drops the token, and passes the loss on. A failed early renewal is forgotten along with its token. */
export function lose(parts: SessionParts, by: 'rejected' | 'expired'): void {
  const token = drop(parts, by)
  parts.failures = release(parts.failures)
  if (token) passLoss(parts, token, by)
}

/** Returns the token, unless it has expired: expiry is checked at use. */
export function currentToken(parts: SessionParts, now: number): HeldToken | undefined {
  if (parts.held && parts.held.expiresAt <= now) lose(parts, 'expired')
  return parts.held
}

/**
 * Returns as much of the validity that a caller wants as the token's lifetime allows; by default, of the session's
 * own minimum, and a lifetime that is too short for that is reported once.
 */
export function allowedMs(parts: SessionParts, { lifetimeMs }: HeldToken, wantedMs?: number): number {
  const minValidityMs = wantedMs ?? parts.minValidityMs
  const mostMs = lifetimeMs * (wantedMs === undefined ? mostOfLife : mostOfLifeForCaller)
  if (mostMs < minValidityMs && wantedMs === undefined) {
    emitOnce(parts, { type: 'lifetime-too-short', lifetimeMs, minValidityMs })
  }
  return Math.min(minValidityMs, mostMs)
}

/** Sets the timer to what comes next. */
export function schedule(parts: SessionParts): void {
  parts.setTimer(nextPlan(parts))
}

/** Plans what comes next. A timer or an event of the page came before, so both clocks are read. */
export function nextPlan(parts: SessionParts): Plan | undefined {
  parts.hot = cold
  const now = parts.time.read()
  const token = currentToken(parts, now)
  if (isClosed(parts)) return undefined
  return plan({
    ...parts,
    now,
    token,
    lapsed: parts.missing === 'expired',
    fetching: parts.flight !== undefined,
    retryAt: parts.failures.last?.retryAt,
    visible: parts.lifecycle.visible(),
  })
}
