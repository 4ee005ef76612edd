import { apiUrlOf } from './environments.ts'
import { ForageSessionError, isForageSessionError } from './errors.ts'
import {
  allowProbe,
  holdOff,
  noFailures,
  remember,
  remembered,
  type FailureMemory,
} from './failure-memory.ts'
import { fingerprint } from './fingerprint.ts'
import type { ForageSession, GetTokenOptions } from './forage-session.ts'
import type { PageLifecycleEvent } from './page-lifecycle.ts'
import { plan, type PlanFacts } from './renewal-plan.ts'
import { nextAllowed, spend } from './request-budget.ts'
import { createSessionFetch } from './session-fetch.ts'
import { resolveOptions, type ForageSessionOptions } from './session-options.ts'
import { createSessionStore } from './session-store.ts'
import { createSessionTime } from './session-time.ts'
import { startFlight, type Flight } from './single-flight.ts'
import { honouredValidity, lifeLeft, type HeldToken } from './token-lifetime.ts'
import { grant, readTokenAnswer, type GrantedToken, type TokenAnswer } from './token-response.ts'
import type { TokenRequest, TokenResponse } from './token-source.ts'
import { createWithToken } from './with-token.ts'

/** `verified`: a token that came with the page, of unknown age, is not enough. */
type Wanted = GetTokenOptions & { verified?: boolean }

/** One token request, from being asked to its answer, however late. */
interface Asked {
  readonly request: Omit<TokenRequest, 'signal'>
  readonly epoch: number
  readonly adoptions: number
  readonly startedAt: number
  flight?: Flight<HeldToken>
  timedOut: boolean
}

/** Where a token can be handed out by looking at the wall clock alone. */
interface HotWindow {
  readonly value: string
  readonly from: number
  readonly until: number
}

const cold: HotWindow = { value: '', from: Infinity, until: -Infinity }
/** Both clocks are read at least this often. */
const hotMs = 1000
const longestTimerMs = 2 ** 31 - 1
/** More tokens than this, each refused within 30 s of its request, in 30 s: another one will not help. */
const quickRejections = { max: 5, withinMs: 30_000 }

/**
 * Keeps one session token usable and replays a request once when the API says 401.
 * Throws a `TypeError` that names an invalid option. Nothing is asked for before the first call.
 */
export function createForageSession(options: ForageSessionOptions): ForageSession {
  const settings = resolveOptions(options)
  const { clock, lifecycle, random } = settings
  const store = createSessionStore(clock)
  const time = createSessionTime(clock, onStep)

  let checkoutId = settings.checkoutId
  let epoch = 0
  let adoptions = 0
  let held: HeldToken | undefined
  let missing: 'first' | 'expired' | 'rejected' = 'first'
  let asked: Asked | undefined
  let failures: FailureMemory = noFailures
  let spentAt: readonly number[] = []
  let quickRejectedAt: readonly number[] = []
  let lastUsedAt = 0
  let hot = cold
  let timer: unknown
  let unsubscribe: (() => void) | undefined
  let toldShortLife = false
  const refused = new Set<string>()
  const seen = new Set<string>()

  async function getToken(wanted?: GetTokenOptions): Promise<string> {
    if (wanted === undefined) {
      const wall = clock.now()
      if (wall >= hot.from && wall < hot.until) return hot.value
    }
    return await obtain(wanted ?? {})
  }

  async function obtain(wanted: Wanted): Promise<string> {
    wanted.signal?.throwIfAborted()
    const now = use()
    const token = current(now)
    if (wanted.rejected === undefined) {
      if (token && satisfies(token, wanted, now)) return serve(token, now)
    } else if (token) {
      // A straggler: the refused token is not this one any more.
      if (token.value !== wanted.rejected) return token.value
      reject(token, now)
    }
    return await fetched(wanted, now)
  }

  /** A call has come. */
  function use(): number {
    if (isClosed()) throw ended()
    lastUsedAt = time.read()
    return lastUsedAt
  }

  /** The token, unless its life is over. Expiry is a question asked at use. */
  function current(now: number): HeldToken | undefined {
    if (held && lifeLeft(held, now) <= 0) lose(held, 'expired')
    return held
  }

  function satisfies(token: HeldToken, wanted: Wanted, now: number): boolean {
    const wantedMs = wanted.minValidityMs ?? settings.minValidityMs
    if (token.via === 'prime' && (wanted.verified || wantedMs > settings.minValidityMs)) return false
    const honouredMs = honouredValidity(
      token,
      wantedMs,
      wanted.minValidityMs === undefined ? 'default' : 'caller',
    )
    if (honouredMs < wantedMs) tellShortLife(token, wantedMs)
    return lifeLeft(token, now) >= honouredMs
  }

  function serve(token: HeldToken, now: number): string {
    if (now >= token.renewAt) renewBehind(now)
    const validityMs = honouredValidity(token, settings.minValidityMs, 'default')
    const stableMs = Math.min(hotMs, token.renewAt - now, lifeLeft(token, now) - validityMs)
    hot = { value: token.value, from: time.wall, until: time.wall + stableMs }
    return token.value
  }

  async function fetched(wanted: Wanted, now: number): Promise<string> {
    try {
      const token = await ask(now).join(wanted.signal)
      if (token.value !== wanted.rejected) return token.value
      throw new ForageSessionError('token_reused', 'The refused token came again.')
    } catch (error) {
      const spare = wanted.signal?.aborted || wanted.minValidityMs !== undefined ? undefined : held
      // What is left of a usable token is better than an error; whoever named a validity wants no less.
      if (spare && spare.value !== wanted.rejected && !wanted.verified && current(time.read()) === spare)
        return spare.value
      throw error
    }
  }

  /** Joins the token request that is under way, or makes one. Throws what is remembered of a failure. */
  function ask(now: number): Flight<HeldToken> {
    if (asked?.flight) return asked.flight
    const known = remembered(failures, now)
    if (known) throw known
    const allowedAt = nextAllowed(settings.budget, spentAt, now)
    if (allowedAt > now) throw holdOffUntil(allowedAt, now)
    spentAt = spend(settings.budget, spentAt, now)
    const request = { reason: held ? 'renewal' : missing, checkoutId, attempt: failures.inARow + 1 } as const
    const own: Asked = { request, epoch, adoptions, startedAt: now, timedOut: false }
    own.flight = startFlight({
      run: (signal) => fetchToken(own, signal),
      timeoutMs: settings.requestTimeoutMs,
      onTimeout: () => timeOut(own),
      clock,
    })
    asked = own
    unsubscribe ??= lifecycle.subscribe(onLifecycle)
    store.tell({ type: 'token-requested', reason: request.reason, attempt: request.attempt })
    store.change({ type: 'requested' })
    schedule()
    return own.flight
  }

  async function fetchToken(own: Asked, signal: AbortSignal): Promise<HeldToken> {
    const answer = await answerOf(own.request, signal)
    // An answer after its deadline counts only while nobody needs it any less: same epoch, no token since.
    if (own.epoch !== epoch || own.adoptions !== adoptions) throw ended()
    if (asked === own) asked = undefined
    const now = time.read()
    const token = answer.ok ? adoptable(answer.token, own) : answer
    if (token.ok) return adopt(token.token, 'endpoint', own.startedAt, now)
    if (!own.timedOut) fail(token.error, now, token.retryAfterMs)
    throw token.error
  }

  async function answerOf(request: Omit<TokenRequest, 'signal'>, signal: AbortSignal): Promise<TokenAnswer> {
    try {
      return await readTokenAnswer(await settings.tokenSource({ ...request, signal }), settings, clock.now())
    } catch (cause) {
      if (isForageSessionError(cause)) return { ok: false, error: cause }
      const message = 'The token source could not be reached.'
      return { ok: false, error: new ForageSessionError('endpoint_unreachable', message, { cause }) }
    }
  }

  /** The same token again tells nothing new, unless it says how long it still lives. */
  function adoptable(token: GrantedToken, { startedAt }: Asked): TokenAnswer {
    const isOld = token.value === held?.value || (missing === 'expired' && seen.has(fingerprint(token.value)))
    if (refused.has(token.value) || (isOld && !token.tellsLifetime)) {
      return {
        ok: false,
        error: new ForageSessionError('token_reused', 'The token source answered with the same token again.'),
      }
    }
    if (startedAt + token.lifetimeMs > time.read()) return { ok: true, token }
    return {
      ok: false,
      error: new ForageSessionError('token_expired_on_arrival', 'The token had run out when it came.'),
    }
  }

  function adopt(token: GrantedToken, via: HeldToken['via'], startedAt: number, now: number): HeldToken {
    const { value, parsed, lifetimeMs } = token
    const renewAt = startedAt + lifetimeMs * (settings.renewAt + settings.renewJitter * random())
    held = {
      value,
      fingerprint: fingerprint(value),
      environment: parsed.environment,
      startedAt,
      lifetimeMs,
      renewAt,
      via,
    }
    adoptions += 1
    failures = noFailures
    hot = cold
    seen.add(held.fingerprint)
    store.tell({ type: 'token-received', fingerprint: held.fingerprint, lifetimeMs, via })
    store.change({ type: 'received', expiresAt: displayed(now + lifeLeft(held, now), now) })
    if (honouredValidity(held, settings.minValidityMs, 'default') < settings.minValidityMs) {
      tellShortLife(held, settings.minValidityMs)
    }
    schedule()
    return held
  }

  function timeOut(own: Asked): Error {
    own.timedOut = true
    if (asked === own) asked = undefined
    const ms = settings.requestTimeoutMs
    const error = new ForageSessionError(
      'endpoint_timeout',
      `The token source did not answer within ${ms} ms.`,
    )
    fail(error, time.read())
    return error
  }

  function fail(error: ForageSessionError, now: number, retryAfterMs?: number): void {
    failures = remember(failures, error, { now, random: random(), retryAfterMs })
    tellFailure(error, now)
  }

  function holdOffUntil(allowedAt: number, now: number): ForageSessionError {
    const { max, perMs } = settings.budget
    const error = new ForageSessionError(
      'budget_exhausted',
      `${max} token requests were made within ${perMs} ms.`,
    )
    failures = holdOff(failures, error, allowedAt)
    tellFailure(error, now)
    return error
  }

  function tellFailure(error: ForageSessionError, now: number): void {
    const until = failures.last?.retryAt ?? null
    const retryAt = until === null ? null : displayed(until, now)
    error.retryable = retryAt !== null
    if (retryAt !== null) error.retryAt = retryAt
    const expiresAt = held && displayed(now + lifeLeft(held, now), now)
    store.tell({ type: 'token-failed', code: error.code, retryAt, error })
    store.change({ type: 'failed', error, retryAt, expiresAt })
    schedule()
  }

  function reject(token: HeldToken, now: number): void {
    refused.add(token.value)
    lose(token, 'rejected')
    const { max, withinMs } = quickRejections
    if (now - token.startedAt > withinMs) return
    quickRejectedAt = [...quickRejectedAt.filter((at) => at > now - withinMs), now]
    if (quickRejectedAt.length <= max || asked) return
    const error = new ForageSessionError(
      'token_rejected',
      `The API refused ${quickRejectedAt.length} new tokens in a row.`,
    )
    failures = { ...failures, last: { error, retryAt: null } }
    tellFailure(error, now)
  }

  function lose(token: HeldToken, by: 'rejected' | 'expired' | 'clear' | 'checkout' | 'close'): void {
    held = undefined
    hot = cold
    missing = by === 'rejected' || by === 'expired' ? by : 'first'
    store.tell({ type: 'token-invalidated', fingerprint: token.fingerprint, by })
    store.change({ type: 'lost' })
  }

  /** Nothing of what was before is committed any more; whoever waits is told so. */
  function beginEpoch(by: 'clear' | 'checkout' | 'close'): void {
    epoch += 1
    const flight = asked?.flight
    asked = undefined
    if (held) lose(held, by)
    missing = 'first'
    failures = noFailures
    hot = cold
    store.change(by === 'close' ? { type: 'closed' } : { type: 'lost' })
    flight?.cancel(ended())
    schedule()
  }

  function renewBehind(now: number): void {
    try {
      ask(now)
    } catch {
      // Remembered, and told: the current token serves.
    }
  }

  function schedule(): void {
    clock.clearTimeout(timer)
    timer = undefined
    if (isClosed()) return
    const now = time.read()
    const next = plan(planFacts(now))
    if (next) timer = clock.setTimeout(onTimer, Math.min(Math.max(0, next.at - now), longestTimerMs))
  }

  function onTimer(): void {
    hot = cold
    const now = time.read()
    current(now)
    const due = plan(planFacts(now))
    if (due && due.why !== 'expire' && due.at <= now) renewBehind(now)
    else schedule()
  }

  function planFacts(now: number): PlanFacts {
    return {
      now,
      token: held,
      lapsed: missing === 'expired',
      fetching: asked !== undefined,
      retryAt: failures.last?.retryAt,
      renewWhen: settings.renewWhen,
      lastUsedAt,
      visible: lifecycle.visible(),
    }
  }

  function onLifecycle(event: PageLifecycleEvent): void {
    hot = cold
    if (event === 'online' || event === 'visible') failures = allowProbe(failures, time.read())
    schedule()
  }

  /** After a step forward a token may be older than it seems: it serves, and is renewed once. */
  function onStep(byMs: number, now: number): void {
    hot = cold
    store.tell({ type: 'clock-stepped', byMs })
    if (!held) return
    if (byMs > 0) held = { ...held, renewAt: 0 }
    store.change({ type: 'moved', expiresAt: displayed(now + lifeLeft(held, now), now) })
  }

  function tellShortLife({ lifetimeMs }: HeldToken, minValidityMs: number): void {
    if (toldShortLife) return
    toldShortLife = true
    store.tell({ type: 'lifetime-too-short', lifetimeMs, minValidityMs })
  }

  function prime(response: string | TokenResponse): void {
    if (isClosed()) return
    const now = time.read()
    const answer = grant(response, undefined, settings)
    if (!answer.ok)
      return store.tell({ type: 'token-failed', code: answer.error.code, retryAt: null, error: answer.error })
    const { token } = answer
    // Its own age is unknown: at worst it is as old as the page.
    const startedAt = token.tellsLifetime ? now : now - clock.monotonic()
    const left = startedAt + token.lifetimeMs - now
    const isKnown = seen.has(fingerprint(token.value))
    if (!isKnown && left > Math.max(0, held ? lifeLeft(held, now) : 0)) adopt(token, 'prime', startedAt, now)
  }

  function isClosed(): boolean {
    return store.snapshot().status === 'closed'
  }

  function ended(): ForageSessionError {
    return isClosed()
      ? new ForageSessionError('closed', 'The session was closed.')
      : new ForageSessionError(
          'checkout_changed',
          'The checkout changed, or the customer signed out: nothing was sent.',
        )
  }

  /** A moment of session time as one of the wall clock, for people. */
  function displayed(at: number, now: number): number {
    return clock.now() + (at - now)
  }

  const session: ForageSession = {
    apiUrl: apiUrlOf(settings.environment),
    getToken,
    fetch: createSessionFetch({
      ...settings,
      getToken,
      epoch: () => epoch,
      assertEpoch: (since) => {
        if (since !== epoch) throw ended()
      },
      emit: store.tell,
    }),
    withToken: createWithToken((wanted) => obtain({ ...wanted, verified: true })),
    renew: async () => void (await ask(use()).join()),
    getSnapshot: store.snapshot,
    subscribe: store.subscribe,
    on: store.on,
    prime,
    setCheckout(id) {
      if (id === checkoutId || isClosed()) return
      checkoutId = id
      beginEpoch('checkout')
    },
    clear() {
      if (!isClosed()) beginEpoch('clear')
    },
    retry() {
      if (store.snapshot().status !== 'failed') return
      failures = noFailures
      renewBehind(time.read())
    },
    close() {
      if (isClosed()) return
      beginEpoch('close')
      unsubscribe?.()
    },
  }
  const { dispose } = Symbol as { dispose?: symbol }
  if (dispose) Object.defineProperty(session, dispose, { value: session.close })
  return session
}
