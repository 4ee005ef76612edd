import type { Failure } from './requests/failure-memory.ts'
import { plan, type Plan } from './requests/renewal-plan.ts'
import type { RequestLimits } from './requests/request-limits.ts'
import type { TokenRequests } from './requests/token-requests.ts'
import type { SessionSettings } from './session-options.ts'
import type { SessionStore } from './state/session-store.ts'
import type { SessionTime } from './state/session-time.ts'
import type { TokenOffer } from './tabs/tab-message.ts'
import type { TabSharing } from './tabs/tab-sharing.ts'
import { cool, dropExpired, hold, type TokenHolder } from './token-holder.ts'
import { mostOfLife, type HeldToken } from './token/token-lifetime.ts'
import type { GrantedToken } from './token/token-response.ts'

/** The parts of a session. The functions of `session.ts`, `get-token.ts` and this file share them. */
export interface SessionParts {
  readonly settings: SessionSettings
  readonly store: SessionStore
  readonly time: SessionTime
  readonly holder: TokenHolder
  readonly limits: RequestLimits
  readonly requests: TokenRequests
  readonly tabs: TabSharing<HeldToken | Failure>
  readonly setTimer: (plan: Plan | undefined) => void
  /** Subscribes to the page and opens the channel to the other tabs, unless that is done. */
  readonly listen: () => void
  checkoutId: string | undefined
  /** The one of the current checkout; aborted for good when the session closes. */
  epoch: AbortController
  lastUsedAt: number
  hasReportedShortLife: boolean
  unsubscribe: (() => void) | undefined
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
  const { settings, store, holder, limits, tabs, time } = parts
  const { renewAt, random, minValidityMs } = settings
  const token = hold(holder, granted, { via, startedAt, renewAt, random: random() })
  limits.forget()
  const { fingerprint, lifetimeMs } = token
  store.emit({ type: 'token-received', fingerprint, lifetimeMs, via })
  // A listener may switch to another checkout at once.
  if (holder.held === token) store.change({ type: 'received', expiresAt: time.wallOf(token.expiresAt) })
  if (holder.held !== token) return token
  if (via === 'endpoint') tabs.tell(offerOf(parts, token))
  schedule(parts)
  allowedMs(parts, token, minValidityMs)
  return token
}

/** Returns the token as an offer to the other tabs. */
export function offerOf(
  { time, settings }: SessionParts,
  { value, lifetimeMs, startedAt }: HeldToken,
): TokenOffer & { type: 'offer' } {
  const ageMs = time.read() - startedAt
  return { type: 'offer', token: value, lifetimeMs, ageMs, postedAt: settings.clock.now() }
}

/** Passes a failure on to events, tabs, state and timer. */
export function passFailure(parts: SessionParts, failure: Failure, isElsewhere = false): void {
  const { store, tabs, time } = parts
  const { error, retryAt } = failure
  const { code } = error
  store.emit({ type: 'token-failed', code, retryAt: wallOrNull(parts, retryAt) })
  const isOurs = retryAt === Infinity || isElsewhere || code === 'budget_exhausted'
  const retryInMs = Math.max(0, retryAt - time.read())
  tabs.tell(isOurs ? { type: 'gone' } : { type: 'failed', code, retryInMs })
  showFailure(parts, failure)
  schedule(parts)
}

/** Passes a failure on to the state only: it is known already. */
export function showFailure(parts: SessionParts, { error, retryAt }: Failure): void {
  const { held } = parts.holder
  const expiresAt = held && parts.time.wallOf(held.expiresAt)
  parts.store.change({ type: 'failed', error, retryAt: wallOrNull(parts, retryAt), expiresAt })
}

function wallOrNull({ time }: SessionParts, at: number): number | null {
  return at < Infinity ? time.wallOf(at) : null
}

/** Passes the loss of the token on to events and state. */
export function passLoss(
  parts: SessionParts,
  { fingerprint }: HeldToken,
  by: 'rejected' | 'expired' | 'clear' | 'checkout' | 'close',
): void {
  parts.store.emit({ type: 'token-invalidated', fingerprint, by })
  showLoss(parts)
}

/** Shows, without a token, the request in progress or the failure that is remembered. */
export function showLoss(parts: SessionParts): void {
  const { holder, requests, limits, store, time } = parts
  // A listener may have brought another token.
  if (holder.held) return
  const fetching = requests.flight !== undefined
  const failure = fetching ? undefined : limits.remembered(time.read())
  if (failure) showFailure(parts, failure)
  else store.change({ type: 'lost', fetching })
}

/** Returns the token, unless it has expired: then the loss is passed on. */
export function currentToken(parts: SessionParts, now: number): HeldToken | undefined {
  const expired = dropExpired(parts.holder, now)
  if (expired) passLoss(parts, expired, 'expired')
  return parts.holder.held
}

/** Returns as much of the wanted validity as the token's lifetime allows. Reports a short lifetime once. */
export function allowedMs(
  parts: SessionParts,
  { lifetimeMs }: HeldToken,
  minValidityMs: number,
  by: keyof typeof mostOfLife = 'default',
): number {
  const mostMs = lifetimeMs * mostOfLife[by]
  if (mostMs < minValidityMs && !parts.hasReportedShortLife) {
    parts.hasReportedShortLife = true
    parts.store.emit({ type: 'lifetime-too-short', lifetimeMs, minValidityMs })
  }
  return Math.min(minValidityMs, mostMs)
}

/** Sets the timer to what comes next. */
export function schedule(parts: SessionParts): void {
  parts.setTimer(nextPlan(parts))
}

/** Plans what comes next. A timer or an event of the page came before, so both clocks are read. */
export function nextPlan(parts: SessionParts): Plan | undefined {
  const { holder, limits, requests, settings, lastUsedAt } = parts
  cool(holder)
  const now = parts.time.read()
  const token = currentToken(parts, now)
  if (isClosed(parts)) return undefined
  const { renewWhen, lifecycle } = settings
  return plan({
    now,
    token,
    lapsed: holder.missing === 'expired',
    fetching: requests.flight !== undefined,
    retryAt: limits.retryAt,
    renewWhen,
    lastUsedAt,
    visible: lifecycle.visible(),
  })
}
