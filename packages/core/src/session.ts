import { createSessionFetch } from './fetch/session-fetch.ts'
import { createWithToken } from './fetch/with-token.ts'
import { markUsed, obtainToken, repeat, requestBehind, requestToken, satisfies } from './get-token.ts'
import { createRenewalTimer } from './requests/renewal-timer.ts'
import {
  allowProbe,
  allowRequest,
  createRequestLimits,
  forgetFailures,
  noteElsewhere,
} from './requests/request-limits.ts'
import { land } from './requests/token-requests.ts'
import {
  callOptions,
  resolveOptions,
  type ForageSessionOptions,
  type SessionSettings,
} from './session-options.ts'
import {
  currentToken,
  isClosed,
  nextPlan,
  offerOf,
  passLoss,
  passToken,
  update,
  type SessionParts,
} from './session-outcomes.ts'
import { abortWith } from './shared/abort.ts'
import { ForageSessionError, isUnanswered } from './shared/errors.ts'
import { fingerprint } from './shared/fingerprint.ts'
import {
  disposable,
  type ForageSession,
  type GetTokenOptions,
  type MaybeDisposable,
} from './state/forage-session.ts'
import type { PageLifecycleEvent } from './state/page-lifecycle.ts'
import { createSessionStore } from './state/session-store.ts'
import { createSessionTime } from './state/session-time.ts'
import type { TabFailure, TokenOffer } from './tabs/tab-message.ts'
import { createTabSharing, type TabNews } from './tabs/tab-sharing.ts'
import { cold, createTokenHolder, drop } from './token-holder.ts'
import { apiUrlOf } from './token/environments.ts'
import { grant, type GrantedToken } from './token/token-response.ts'
import type { TokenResponse } from './token/token-source.ts'

/**
 * Creates a session: it keeps one session token usable, and replays a request once after a 401 about the token.
 * It sends nothing before the first call. Throws a `TypeError` that names an invalid or unknown option.
 *
 * @example
 * ```ts
 * import { createForageSession } from '@forage-session/core'
 *
 * const session = createForageSession({
 *   tokenSource: '/api/forage/session-token',
 *   environment: 'sandbox',
 *   checkoutId: 'cart-42',
 * })
 * const response = await session.fetch(`${session.apiUrl}/api/payment_methods/1f148fe399/`)
 * ```
 */
export function createForageSession(options: ForageSessionOptions): ForageSession & MaybeDisposable {
  const settings = resolveOptions(options)
  const parts = createParts(settings)
  const { clock, getSnapshot, subscribe, on } = parts
  const epoch = (): AbortSignal => parts.epoch.signal

  async function getToken(wanted?: GetTokenOptions): Promise<string> {
    if (wanted === undefined) {
      const wall = clock.now()
      const { hot } = parts
      if (wall >= hot.from && wall < hot.until) return hot.value
    }
    return await obtainToken(parts, callOptions(wanted))
  }

  const session: ForageSession = {
    apiUrl: apiUrlOf(settings.environment),
    get checkoutId() {
      return parts.checkoutId
    },
    getToken,
    fetch: createSessionFetch({ ...settings, epoch, getToken, emit: parts.emit }),
    withToken: createWithToken(
      (wanted) => obtainToken(parts, callOptions({ ...wanted, verified: true })),
      epoch,
      clock,
    ),
    async renew() {
      markUsed(parts)
      allowRequest(parts)
      await requestToken(parts).join()
    },
    getSnapshot,
    subscribe,
    on,
    prime: (response) => prime(parts, response),
    setCheckout: (id) => setCheckout(parts, id),
    clear: () => clear(parts),
    retry: () => retry(parts),
    close: () => close(parts),
  }
  return disposable(session)
}

function createParts(settings: SessionSettings): SessionParts {
  const { clock } = settings
  const time = createSessionTime(clock, (byMs) => onStep(parts, byMs))
  const parts: SessionParts = {
    ...settings,
    ...createSessionStore(clock, time),
    ...createTokenHolder(),
    ...createRequestLimits(),
    time,
    tabs: createTabSharing(
      settings,
      () => settings.channelName(parts.checkoutId),
      (message) => onTabMessage(parts, message),
    ),
    setTimer: createRenewalTimer(clock, () => onTimer(parts)),
    listen() {
      parts.isCleared = false
      parts.unsubscribe ??= parts.lifecycle.subscribe((event) => onLifecycle(parts, event))
      if (!parts.isAway) parts.tabs.open()
    },
    epoch: new AbortController(),
    lastUsedAt: 0,
    reported: new Set(),
  }
  return parts
}

/** After a step forward a token may be older than it seems: it serves, and is renewed once. */
function onStep(parts: SessionParts, byMs: number): void {
  parts.hot = cold
  // The device may have slept.
  if (byMs > 0) parts.wasAway = true
  parts.emit({ type: 'clock-stepped', byMs })
  const { held } = parts
  if (held) parts.held = { ...held, renewAt: byMs > 0 ? 0 : held.renewAt }
  update(parts)
}

function onTimer(parts: SessionParts): void {
  const plan = nextPlan(parts)
  if (plan?.isRequest && plan.inMs <= 0) requestBehind(parts)
  else update(parts)
}

function onLifecycle(parts: SessionParts, event: PageLifecycleEvent): void {
  if (event === 'hidden' || event === 'freeze' || event === 'pagehide') parts.wasAway = true
  if (event === 'pagehide') {
    parts.isAway = true
    parts.tabs.close()
  }
  // The order differs between browsers, and a listener of the first one may send a request.
  const isReturn = event === 'pageshow' || event === 'visible' || event === 'resume'
  if (parts.isAway && isReturn) comeBack(parts)
  // The network or the customer is back.
  if (event === 'online' || event === 'visible') {
    parts.wasCutOff = false
    allowProbe(parts)
  }
  update(parts)
}

/** Forgets the token of a page from the back/forward cache: its customer may have signed out on another page. */
function comeBack(parts: SessionParts): void {
  parts.isAway = false
  const token = drop(parts, 'first')
  forgetFailures(parts)
  parts.listen()
  // A token request from before is repeated for those who wait, once the state has been `idle`.
  const flight = land(parts)
  if (flight?.isAwaited) flight.handOver(Promise.resolve(parts).then(repeat))
  flight?.cancel(new ForageSessionError('endpoint_unreachable'))
  passLoss(parts, token, 'restored')
}

function onTabMessage(parts: SessionParts, message: TabNews): void {
  parts.isCleared &&= message.type === 'clear'
  switch (message.type) {
    case 'ask':
      return answerTab(parts)
    case 'offer':
      return takeOffer(parts, message)
    case 'failed':
      if (isBelieved(parts, message)) parts.tabs.conclude(noteElsewhere(parts, message))
      return update(parts)
    case 'clear':
      return endEpoch(parts, 'clear')
  }
}

/** Another tab may be offline because it is being left: only this tab's own failure shows that it is in the same way. */
function isBelieved({ failure }: SessionParts, { code }: TabFailure): boolean {
  return !isUnanswered(code) || failure?.error.code === code
}

function answerTab(parts: SessionParts): void {
  const now = parts.time.read()
  const token = currentToken(parts, now)
  const isOffered = token && token.via !== 'prime' && satisfies(parts, token, {}, now)
  if (isOffered) parts.tabs.publish(offerOf(parts, token))
}

/** Another tab's token must live longer by this much: the own one, offered back, is no renewal. */
const fresherByMs = 5000

/** Takes another tab's token if it lives longer than ours and was not rejected here, and ends the search with it. */
function takeOffer(parts: SessionParts, offer: TokenOffer): void {
  const { token, lifetimeMs, ageMs, postedAt } = offer
  const granted = grantedFrom(parts, { token, expires_in: lifetimeMs / 1000 })
  if (!granted || isClosed(parts) || parts.rejected.has(fingerprint(token))) return
  const now = parts.time.read()
  const startedAt = now - ageMs - Math.max(0, parts.clock.now() - postedAt)
  const own = currentToken(parts, now)
  const leastUntil = own ? own.expiresAt + fresherByMs : now + 1
  if (startedAt + lifetimeMs < leastUntil) return
  const taken = passToken(parts, granted, 'tab', startedAt)
  parts.emit({ type: 'tab-shared', fingerprint: taken.fingerprint })
  if (satisfies(parts, taken, {}, now)) parts.tabs.conclude(taken)
}

/** Checks a token that did not come from the token source: a bad one is only reported. */
function grantedFrom(parts: SessionParts, response: string | TokenResponse): GrantedToken | undefined {
  try {
    return grant(response, undefined, parts)
  } catch (error) {
    parts.emit({ type: 'token-failed', code: (error as ForageSessionError).code, retryAt: null })
  }
}

function prime(parts: SessionParts, response: string | TokenResponse): void {
  const granted = isClosed(parts) ? undefined : grantedFrom(parts, response)
  if (!granted) return
  const now = parts.time.read()
  const { value, hasLifetime, lifetimeMs } = granted
  // Without a lifetime its age is unknown: at worst it is as old as the page.
  const startedAt = hasLifetime ? now : now - parts.clock.monotonic()
  const leastUntil = currentToken(parts, now)?.expiresAt ?? now
  if (startedAt + lifetimeMs <= leastUntil || parts.received.has(fingerprint(value))) return
  parts.listen()
  passToken(parts, granted, 'prime', startedAt)
}

function setCheckout(parts: SessionParts, id: string | undefined): void {
  callOptions({ checkoutId: id })
  if (id === parts.checkoutId || isClosed(parts)) return
  // Set first, so that a listener of the loss sees the new checkout.
  parts.checkoutId = id
  endEpoch(parts, 'checkout')
  parts.announce()
}

/** A listener of a sign-out, here or in another tab, may call `clear` itself: the second call in a row does nothing. */
function clear(parts: SessionParts): void {
  if (isClosed(parts) || parts.isCleared) return
  parts.listen()
  parts.tabs.publish({ type: 'clear' })
  endEpoch(parts, 'clear')
}

function retry(parts: SessionParts): void {
  if (!parts.failure) return
  forgetFailures(parts)
  requestBehind(parts)
}

function close(parts: SessionParts): void {
  endEpoch(parts, 'close')
  parts.unsubscribe?.()
}

/** Ends a checkout: nothing from before it is stored any more, and all who wait are rejected. */
function endEpoch(parts: SessionParts, by: 'clear' | 'checkout' | 'close'): void {
  if (isClosed(parts)) return
  const { epoch } = parts
  const isEnd = by === 'close'
  const reason = new ForageSessionError(isEnd ? 'closed' : 'checkout_changed')
  if (!isEnd) parts.epoch = new AbortController()
  parts.isCleared = by === 'clear'
  const token = drop(parts, 'first')
  abortWith(epoch, reason)
  forgetFailures(parts)
  land(parts)?.cancel(reason)
  if (by === 'clear') parts.tabs.stop()
  else parts.tabs.close()
  // From here on listeners run, and may request a token at once.
  passLoss(parts, token, by)
}
