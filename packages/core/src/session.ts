import { createSessionFetch } from './fetch/session-fetch.ts'
import { createWithToken } from './fetch/with-token.ts'
import type { Failure } from './requests/failure-memory.ts'
import { plan, type Plan } from './requests/renewal-plan.ts'
import { createRenewalTimer } from './requests/renewal-timer.ts'
import { nextAllowed, spend, type Budget } from './requests/request-budget.ts'
import { createTokenRequests } from './requests/token-requests.ts'
import { resolveOptions, type ForageSessionOptions } from './session-options.ts'
import { ForageSessionError } from './shared/errors.ts'
import { fingerprint } from './shared/fingerprint.ts'
import { disposable, type MaybeDisposable } from './shared/maybe-disposable.ts'
import type { ForageSession, GetTokenOptions } from './state/forage-session.ts'
import type { PageLifecycleEvent } from './state/page-lifecycle.ts'
import { createSessionStore } from './state/session-store.ts'
import { createSessionTime } from './state/session-time.ts'
import type { TokenOffer } from './tabs/tab-message.ts'
import { createTabSharing } from './tabs/tab-sharing.ts'
import { apiUrlOf } from './token/environments.ts'
import { mostOfLife, type HeldToken } from './token/token-lifetime.ts'
import { grant, type GrantedToken } from './token/token-response.ts'
import type { TokenResponse } from './token/token-source.ts'

/** `verified`: a token that came with the page, of unknown age, is not enough. */
type Wanted = GetTokenOptions & { verified?: boolean }

type EpochEnd = 'clear' | 'checkout' | 'close'

/** While a token can be handed out by looking at the wall clock alone. */
interface HotWindow {
  readonly value: string
  readonly from: number
  readonly until: number
}

const cold: HotWindow = { value: '', from: Infinity, until: -Infinity }
/** Both clocks are read at least this often. */
const hotMs = 1000
/** A token is renewed up to this part of its lifetime later than `renewAt`, drawn once for each token. */
const renewJitter = 0.1
/** More than five tokens, each refused within 30 s of its request, in 30 s: another one will not help. */
const quickRejections: Budget = { max: 5, perMs: 30_000 }

/**
 * Keeps one session token usable and replays a request once when the API says 401.
 * Throws a `TypeError` that names an invalid option. Nothing is asked for before the first call.
 */
export function createForageSession(options: ForageSessionOptions): ForageSession & MaybeDisposable {
  const settings = resolveOptions(options)
  const { clock, lifecycle } = settings
  const { change, emit, announce, ...outside } = createSessionStore(clock)
  const time = createSessionTime(clock, onStep)
  const schedule = createRenewalTimer({ clock, look, onDue: () => askBehind(time.read()) })
  const requests = createTokenRequests({
    settings,
    time,
    adopt: receive,
    seek: () => tabs.seek(),
    onAsk() {
      listen()
      change({ type: 'requested' })
      schedule()
    },
    onFound: schedule,
    emit,
    onFailure,
    // It may have come from another tab, while nobody asked here.
    onRefused: (failure) => void (held ?? showFailure(failure)),
  })
  const tabs = createTabSharing<HeldToken | ForageSessionError>({
    clock,
    random: settings.random,
    openChannel: () => settings.openChannel(checkoutId),
    currentOffer,
    take,
    onFailure: (failure) => requests.noteElsewhere(failure),
    onClear: () => endEpoch('clear'),
  })

  let checkoutId = settings.checkoutId
  /** Of the current checkout; aborted for good when the session closes. */
  let epoch = new AbortController()
  let held: HeldToken | undefined
  const received = new Set<string>()
  const rejected = new Set<string>()
  let rejectedAt: readonly number[] = []
  let missing: 'first' | 'expired' | 'rejected' = 'first'
  let lastUsedAt = 0
  let hot = cold
  let unsubscribe: (() => void) | undefined
  let toldShortLife = false

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
    } else rejected.add(fingerprint(wanted.rejected))
    return await fetched(wanted, now)
  }

  function use(): number {
    epoch.signal.throwIfAborted()
    lastUsedAt = time.read()
    return lastUsedAt
  }

  /** The token, unless its life is over. Expiry is a question asked at use. */
  function current(now: number): HeldToken | undefined {
    if (held && held.expiresAt <= now) lose(held, 'expired')
    return held
  }

  function satisfies(token: HeldToken, wanted: Wanted, now: number): boolean {
    const wantedMs = wanted.minValidityMs ?? settings.minValidityMs
    if (token.via === 'prime' && (wanted.verified || wantedMs > settings.minValidityMs)) return false
    const by = wanted.minValidityMs === undefined ? 'default' : 'caller'
    return token.expiresAt - now >= honoured(token, wantedMs, by)
  }

  /** As much of the wish as this token's life allows. */
  function honoured(token: HeldToken, wantedMs: number, by: keyof typeof mostOfLife = 'default'): number {
    const mostMs = token.lifetimeMs * mostOfLife[by]
    if (mostMs < wantedMs && !toldShortLife) {
      toldShortLife = true
      emit({ type: 'lifetime-too-short', lifetimeMs: token.lifetimeMs, minValidityMs: wantedMs })
    }
    return Math.min(wantedMs, mostMs)
  }

  function serve(token: HeldToken, now: number): string {
    if (now >= token.renewAt) askBehind(now)
    const spareUntil = token.expiresAt - honoured(token, settings.minValidityMs)
    const until = Math.min(now + hotMs, token.renewAt, spareUntil)
    hot = { value: token.value, from: time.wallOf(now), until: time.wallOf(until) }
    return token.value
  }

  async function fetched(wanted: Wanted, now: number): Promise<string> {
    const { signal } = epoch
    try {
      const token = await ask(now).join(wanted.signal)
      signal.throwIfAborted()
      // What another tab had may be less than this call wants: the next one has to live longer.
      const at = time.read()
      return token.via !== 'tab' || satisfies(token, wanted, at) ? token.value : await fetched(wanted, at)
    } catch (error) {
      wanted.signal?.throwIfAborted()
      // What is left of a usable token is better than an error; whoever named a validity wants no less.
      const isChoosy = wanted.verified || wanted.minValidityMs !== undefined || signal.aborted
      const spare = isChoosy ? undefined : current(time.read())
      if (!spare || spare.value === wanted.rejected) throw error
      return spare.value
    }
  }

  function ask(now: number): ReturnType<typeof requests.ask> {
    return requests.ask(held ? 'renewal' : missing, checkoutId, now)
  }

  /** For nobody in particular: a failure is remembered and told, and the current token serves. */
  function askBehind(now: number): void {
    try {
      ask(now)
    } catch {}
  }

  /** The same token again tells nothing new, unless it says how long it still lives. */
  function receive(token: GrantedToken, startedAt: number): HeldToken {
    const name = fingerprint(token.value)
    const isOld = name === held?.fingerprint || (missing === 'expired' && received.has(name))
    if (rejected.has(name) || (isOld && !token.tellsLifetime)) {
      throw new ForageSessionError('token_reused')
    }
    if (startedAt + token.lifetimeMs <= time.read()) {
      throw new ForageSessionError('token_expired_on_arrival')
    }
    return adopt(token, 'endpoint', startedAt)
  }

  function adopt(token: GrantedToken, via: HeldToken['via'], startedAt: number): HeldToken {
    const { value, lifetimeMs } = token
    const expiresAt = startedAt + lifetimeMs
    const renewAt = startedAt + lifetimeMs * (settings.renewAt + renewJitter * settings.random())
    const name = fingerprint(value)
    const adopted = { value, fingerprint: name, startedAt, lifetimeMs, expiresAt, renewAt, via }
    held = adopted
    hot = cold
    requests.settle()
    received.add(name)
    emit({ type: 'token-received', fingerprint: name, lifetimeMs, via })
    // Who hears of it may switch to another checkout at once.
    if (held === adopted) change({ type: 'received', expiresAt: time.wallOf(expiresAt) })
    if (held !== adopted) return adopted
    if (via === 'endpoint') tabs.tell({ type: 'offer', ...offerOf(adopted) })
    schedule()
    honoured(adopted, settings.minValidityMs)
    return adopted
  }

  function currentOffer(): TokenOffer | undefined {
    const now = time.read()
    const token = current(now)
    return token && token.via !== 'prime' && satisfies(token, {}, now) ? offerOf(token) : undefined
  }

  function offerOf({ value, lifetimeMs, startedAt }: HeldToken): TokenOffer {
    return { token: value, lifetimeMs, ageMs: time.read() - startedAt, postedAt: clock.now() }
  }

  /** What did not come from the token source: nobody waits for it, and nothing is asked for because of it. */
  function examined(response: string | TokenResponse): GrantedToken | undefined {
    try {
      return grant(response, undefined, settings)
    } catch (error) {
      emit({ type: 'token-failed', code: (error as ForageSessionError).code, retryAt: null })
    }
  }

  /** Another tab's token, if it lives longer than ours and was not refused here. */
  function take({ token, lifetimeMs, ageMs, postedAt }: TokenOffer): HeldToken | undefined {
    const granted = examined({ token, expires_in: lifetimeMs / 1000 })
    if (!granted || isClosed() || rejected.has(fingerprint(token))) return undefined
    const now = time.read()
    const startedAt = now - ageMs - Math.max(0, clock.now() - postedAt)
    const own = current(now)
    if (startedAt + lifetimeMs <= Math.max(now, own?.expiresAt ?? 0)) return undefined
    const taken = adopt(granted, 'tab', startedAt)
    emit({ type: 'tab-shared', fingerprint: taken.fingerprint })
    return satisfies(taken, {}, now) ? taken : undefined
  }

  function onFailure(error: ForageSessionError, until: number, isElsewhere = false): void {
    const retryAt = shown(until)
    error.retryable = retryAt !== null
    error.retryAt = retryAt ?? undefined
    emit({ type: 'token-failed', code: error.code, retryAt })
    const isOurs = retryAt === null || isElsewhere || error.code === 'budget_exhausted'
    const retryInMs = Math.max(0, until - time.read())
    tabs.tell(isOurs ? { type: 'gone' } : { type: 'failed', code: error.code, retryInMs })
    showFailure({ error, retryAt: until })
    schedule()
  }

  function shown(until: number): number | null {
    return until < Infinity ? time.wallOf(until) : null
  }

  function showFailure({ error, retryAt }: Failure): void {
    const expiresAt = held && time.wallOf(held.expiresAt)
    change({ type: 'failed', error, retryAt: shown(retryAt), expiresAt })
  }

  /** Without a token: what is under way, or the failure that is remembered. */
  function showLoss(): void {
    // Who heard of the loss may have brought another one.
    if (held) return
    const failure = requests.remembered(time.read())
    if (failure) showFailure(failure)
    else change({ type: 'lost', fetching: requests.fetching })
  }

  function reject(token: HeldToken, now: number): void {
    lose(token, 'rejected')
    rejected.add(token.fingerprint)
    if (now - token.startedAt > quickRejections.perMs) return
    const isHopeless = nextAllowed(quickRejections, rejectedAt) > now
    rejectedAt = spend(quickRejections, rejectedAt, now)
    if (!isHopeless || requests.fetching) return
    requests.giveUp(new ForageSessionError('token_rejected'))
  }

  function lose(token: HeldToken, by: 'rejected' | 'expired'): void {
    drop(by)
    tellLoss(token, by)
  }

  function drop(why: typeof missing): void {
    held = undefined
    hot = cold
    missing = why
  }

  function tellLoss({ fingerprint: name }: HeldToken, by: 'rejected' | 'expired' | EpochEnd): void {
    emit({ type: 'token-invalidated', fingerprint: name, by })
    showLoss()
  }

  /** Nothing of what was before is committed any more; whoever waits is told so. */
  function endEpoch(by: EpochEnd): void {
    if (isClosed()) return
    const ending = epoch
    const isEnd = by === 'close'
    const reason = new ForageSessionError(isEnd ? 'closed' : 'checkout_changed')
    if (!isEnd) epoch = new AbortController()
    const token = held
    drop('first')
    ending.abort(reason)
    requests.cancel(reason)
    if (by === 'clear') tabs.stop()
    else tabs.close()
    // From here on others hear of it, and may ask for a token at once.
    if (token) tellLoss(token, by)
    if (isEnd) change({ type: 'closed' })
    else showLoss()
    schedule()
  }

  /** A timer, or what happened to the page, lies between: both clocks are read. */
  function look(): Plan | undefined {
    hot = cold
    const now = time.read()
    const token = current(now)
    if (isClosed()) return undefined
    const { fetching, retryAt } = requests
    const { renewWhen } = settings
    const lapsed = missing === 'expired'
    const visible = lifecycle.visible()
    return plan({ now, token, lapsed, fetching, retryAt, renewWhen, lastUsedAt, visible })
  }

  /** To the page, and to what the other tabs say. */
  function listen(): void {
    unsubscribe ??= lifecycle.subscribe(onLifecycle)
    tabs.open()
  }

  function onLifecycle(event: PageLifecycleEvent): void {
    if (event === 'pagehide') tabs.close()
    if (event === 'pageshow') tabs.open()
    if (event === 'online' || event === 'visible') requests.allowProbe(time.read())
    schedule()
  }

  /** After a step forward a token may be older than it seems: it serves, and is renewed once. */
  function onStep(byMs: number): void {
    hot = cold
    emit({ type: 'clock-stepped', byMs })
    if (!held) return
    if (byMs > 0) held = { ...held, renewAt: 0 }
    change({ type: 'moved', expiresAt: time.wallOf(held.expiresAt) })
  }

  function prime(response: string | TokenResponse): void {
    if (isClosed()) return
    const granted = examined(response)
    if (!granted) return
    const now = time.read()
    const { value, tellsLifetime, lifetimeMs } = granted
    // Its own age is unknown: at worst it is as old as the page.
    const startedAt = tellsLifetime ? now : now - clock.monotonic()
    const isFresher = startedAt + lifetimeMs > Math.max(now, held?.expiresAt ?? 0)
    if (!isFresher || received.has(fingerprint(value))) return
    listen()
    adopt(granted, 'prime', startedAt)
  }

  const isClosed = (): boolean => epoch.signal.aborted

  const session: ForageSession = {
    apiUrl: apiUrlOf(settings.environment),
    get checkoutId() {
      return checkoutId
    },
    getToken,
    fetch: createSessionFetch({
      ...settings,
      epoch: () => epoch.signal,
      getToken,
      emit,
    }),
    withToken: createWithToken({
      epoch: () => epoch.signal,
      getToken: (wanted) => obtain({ ...wanted, verified: true }),
    }),
    renew: async () => void (await ask(use()).join()),
    ...outside,
    prime,
    setCheckout(id) {
      if (id === checkoutId || isClosed()) return
      // First: who hears of the token that goes sees the checkout that comes.
      checkoutId = id
      endEpoch('checkout')
      announce()
    },
    clear() {
      if (isClosed()) return
      listen()
      tabs.tell({ type: 'clear' })
      endEpoch('clear')
    },
    retry() {
      if (outside.getSnapshot().status !== 'failed') return
      requests.settle()
      askBehind(time.read())
    },
    close() {
      endEpoch('close')
      unsubscribe?.()
    },
  }
  return disposable(session, session.close)
}
