import type { Failure } from './requests/failure-memory.ts'
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
  extends Omit<SessionSettings, 'checkoutId'>, SessionStore, TokenHolder, RequestLimits, SharedRequest {
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
  /** Whether nothing happened since the customer signed out, in this tab or another one. */
  isCleared?: boolean
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
  allowedMs(parts, token)
  const { ignored } = granted
  if (ignored) emitOnce(parts, { type: 'lifetime-ignored', received: ignored })
  // A listener may switch to another checkout at once.
  if (via === 'endpoint' && parts.held === token) parts.tabs.publish(offerOf(parts, token))
  update(parts)
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
export function passFailure(parts: SessionParts, { error, retryAt }: Failure, isElsewhere = false): void {
  const { code, status } = error
  const isFinal = retryAt === Infinity
  parts.emit({ type: 'token-failed', code, status, retryAt: isFinal ? null : parts.time.wallOf(retryAt) })
  const retryInMs = Math.max(0, retryAt - parts.time.read())
  const isShared = !isElsewhere && !isFinal && isShareable(error)
  parts.tabs.publish(isShared ? { type: 'failed', code, retryInMs } : { type: 'gone' })
  update(parts)
}

/** Ends a token request that brought neither a token nor a failure to remember. */
export function passNothing(parts: SessionParts): void {
  parts.tabs.publish({ type: 'gone' })
  update(parts)
}

/** Drops the token, and passes its loss on. A failed early renewal is forgotten along with it. */
export function lose(parts: SessionParts, by: 'rejected' | 'expired'): void {
  const token = drop(parts, by)
  parts.failure = undefined
  passLoss(parts, token, by)
}

/** Passes the loss of the token on to events, state and timer. A sign-out is always reported: the page has to forget. */
export function passLoss(
  parts: SessionParts,
  token: HeldToken | undefined,
  by: Extract<SessionEvent, { type: 'token-invalidated' }>['by'],
): void {
  if (token || by === 'clear') {
    parts.emit({ type: 'token-invalidated', fingerprint: token?.fingerprint ?? '', by })
  }
  update(parts)
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

/** Shows what is true now, and sets the timer to what comes next. It follows each change of the session. */
export function update(parts: SessionParts): void {
  const held = currentToken(parts, parts.time.read())
  const { flight } = parts
  // A backend that caches tokens has not failed to renew.
  const isShown = held ? parts.failure?.error.code !== 'token_reused' : !flight
  const failure = isShown ? parts.failure : undefined
  parts.show({ closed: isClosed(parts), held, failure, fetching: flight !== undefined && !failure })
  parts.setTimer(nextPlan(parts))
}

/** Plans what comes next. A timer or an event of the page came before, so both clocks are read. */
export function nextPlan(parts: SessionParts): Plan | undefined {
  parts.hot = cold
  const now = parts.time.read()
  currentToken(parts, now)
  return isClosed(parts) ? undefined : plan(parts, now, parts.lifecycle.visible())
}
