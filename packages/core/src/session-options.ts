import type { Fetch } from './fetch/attached-call.ts'
import type { IsTokenRejected } from './fetch/rejection.ts'
import type { ReplayPolicy } from './fetch/replay-policy.ts'
import type { Budget } from './requests/request-budget.ts'
import { asRecord, ownMembers } from './shared/as-record.ts'
import { isA } from './shared/is-a.ts'
import {
  aFunction,
  assertOption,
  describe,
  hint,
  isFunction,
  like,
  number,
  oneOf,
  orFunction,
  text,
  tokenLike,
  type Rule,
} from './shared/option-rule.ts'
import { systemClock, type SessionClock } from './shared/session-clock.ts'
import { browserLifecycle, type PageLifecycle } from './state/page-lifecycle.ts'
import { broadcastChannel, type TabChannel } from './tabs/tab-channel.ts'
import { webLockPresence, type TabPresence } from './tabs/tab-presence.ts'
import { attachmentOf, isSecure, type Attachment } from './token/attachment.ts'
import type { ForageEnvironment } from './token/environments.ts'
import { headerValue } from './token/session-token.ts'
import { merchantEndpoint, type TokenSource } from './token/token-source.ts'

/**
 * The options of a session. Durations are in milliseconds.
 *
 * @example
 * ```ts
 * import type { ForageSessionOptions } from '@forage-session/core'
 *
 * export const options: ForageSessionOptions = {
 *   tokenSource: '/api/forage/session-token',
 *   environment: 'sandbox',
 *   checkoutId: 'cart-42',
 *   merchantAccount: 'mid/123ab45c67',
 * }
 * ```
 */
export interface ForageSessionOptions {
  /** The source of session tokens: the URL of the merchant's endpoint, or a function. The only required option. */
  tokenSource: string | URL | TokenSource
  /** The Forage environment of the token. Default: the public one that the token's own prefix names. */
  environment?: ForageEnvironment | undefined
  /** The partition: a new checkout needs a new token. Default: none, and nothing is shared between tabs. */
  checkoutId?: string | undefined
  /** The `Merchant-Account` of requests that carry the token, for example `mid/123ab45c67`. Default: none. */
  merchantAccount?: string | undefined
  /** The exact origins that may get the token. Default: the environment's API and vault. */
  attachTo?: readonly string[] | undefined
  /** How long a token must stay valid when it is handed out. Default: 30 000 (30 seconds). */
  minValidityMs?: number | undefined
  /**
   * The part of its lifetime after which a token is renewed in the background, 0…1, plus a jitter of up to 0.1.
   * Default: 0.8.
   */
  renewAt?: number | undefined
  /**
   * The condition for an early renewal: while the session was used within the last lifetime (`in-use`), `always`, or
   * `never`. Default: `in-use`.
   */
  renewWhen?: 'in-use' | 'always' | 'never' | undefined
  /** The deadline of one token request. Default: 10 000 (10 seconds). */
  requestTimeoutMs?: number | undefined
  /** The largest number of token requests (`max`) in `perMs`, for any reason. Default: 10 in 60 000 (1 minute). */
  budget?: Budget | undefined
  /** The lifetime of a token that does not state its own. Default: 900 000 (15 minutes, Forage's own). */
  fallbackLifetimeMs?: number | undefined
  /** Whether the tabs of one checkout share one token, over a BroadcastChannel. Default: `token`. */
  share?: 'token' | 'off' | undefined
  /**
   * The requests that are replayed after a 401 about the token. A function that throws or takes longer than 2 s
   * refuses the replay. Default: `all` (a 401 was not applied).
   */
  replay?: ReplayPolicy | undefined
  /**
   * Whether a 401 (a clone of it) is about the token. Default: yes, unless its error code says otherwise. The default
   * also decides if this throws, rejects or takes longer than 2 s.
   */
  isTokenRejected?: IsTokenRejected | undefined
  /** Whether an authentication token is accepted, for development only; never in production. Default: false. */
  allowAuthenticationToken?: boolean | undefined
  /** The `fetch` that sends requests. Default: the global one, read at each call. */
  fetch?: Fetch | undefined
  /** Time, page events, tabs and randomness, for tests. Default: the real ones, member by member. */
  platform?: Partial<SessionPlatform> | undefined
}

/**
 * The parts of the platform that a session uses, apart from `fetch`. A test replaces some of them.
 *
 * @example
 * ```ts
 * import type { SessionPlatform } from '@forage-session/core'
 * import { createVirtualClock } from '@forage-session/core/testing'
 *
 * export const platform: Partial<SessionPlatform> = { clock: createVirtualClock(), random: () => 0 }
 * ```
 */
export interface SessionPlatform {
  /** The clocks and the timers. Default: the platform's. */
  clock: SessionClock
  /** The page's visibility, network and events. Default: the page's own. */
  lifecycle: PageLifecycle
  /** Opens a channel to the other tabs, or returns `undefined`. Default: a BroadcastChannel. */
  openChannel: (name: string) => TabChannel | undefined
  /** Marks this tab as present for the others, or returns `undefined`. Default: a shared Web Lock. */
  openPresence: (name: string) => TabPresence | undefined
  /** Returns a number in [0, 1). Default: `Math.random`. */
  random: () => number
}

/** The options with all defaults filled in. */
export interface SessionSettings {
  readonly tokenSource: TokenSource
  readonly environment: ForageEnvironment | undefined
  readonly checkoutId: string | undefined
  readonly merchantAccount: string | undefined
  readonly attachment: Attachment
  readonly minValidityMs: number
  readonly renewAt: number
  readonly renewWhen: 'in-use' | 'always' | 'never'
  readonly requestTimeoutMs: number
  readonly budget: Budget
  readonly fallbackLifetimeMs: number
  /** Returns the name of the channel and the lock of a checkout; undefined if nothing is shared. */
  readonly channelName: (checkoutId: string | undefined) => string | undefined
  readonly openChannel: SessionPlatform['openChannel']
  readonly openPresence: SessionPlatform['openPresence']
  readonly replay: ReplayPolicy
  readonly isTokenRejected: IsTokenRejected | undefined
  readonly allowAuthenticationToken: boolean
  readonly clock: SessionClock
  readonly lifecycle: PageLifecycle
  readonly fetch: Fetch
  readonly random: () => number
}

/** Fills in the defaults. Throws a `TypeError` that names an invalid or unknown option. */
export function resolveOptions(options: ForageSessionOptions): SessionSettings {
  const given = withDefaults(options)
  const { tokenSource, environment, merchantAccount } = given
  const url = typeof tokenSource === 'function' ? undefined : String(tokenSource)
  return {
    ...given,
    tokenSource:
      typeof tokenSource === 'function' ? tokenSource : merchantEndpoint(tokenSource, { fetch: given.fetch }),
    attachment: attachmentOf(environment, given.attachTo),
    // Tabs share a token only if their token requests would be the same.
    channelName: (checkoutId) =>
      given.share === 'off' || checkoutId === undefined
        ? undefined
        : `forage-session ${JSON.stringify([url, environment, merchantAccount, checkoutId])}`,
  }
}

type Rules = { readonly [Name in keyof ForageSessionOptions]-?: Rule<ForageSessionOptions[Name]> } & {
  readonly [Name in keyof SessionPlatform as `platform.${Name}`]: Rule<SessionPlatform[Name]>
}

/**
 * One line per option. `undefined` always means the default; only `tokenSource` has no default. It is a function,
 * because a value that is created when the module is loaded stays in every bundle that uses this package.
 */
const rules = (): Rules => ({
  tokenSource: orFunction([isTokenAddress, 'the URL of the merchant endpoint']),
  environment: [isEnvironment, '"sandbox", "production" or { apiUrl, vaultUrl? } with https URLs'],
  checkoutId: text(/./s, 'a non-empty string'),
  merchantAccount: text(headerValue, 'a string that a header can carry'),
  attachTo: [isOriginList, 'an array of origins like "https://api.example.com"'],
  minValidityMs: number(30_000, 0),
  renewAt: number(0.8, 0, 1),
  renewWhen: oneOf('in-use', 'always', 'never'),
  requestTimeoutMs: number(10_000, 1),
  budget: [isBudget, '{ max, perMs } with whole numbers from 1 up', { max: 10, perMs: 60_000 }],
  fallbackLifetimeMs: number(15 * 60 * 1000, 1),
  share: oneOf('token', 'off'),
  replay: orFunction(oneOf('all', 'keyed', 'never')),
  isTokenRejected: [isFunction, 'a function'],
  allowAuthenticationToken: oneOf(false, true),
  // Read at each call: a page may wrap the global after the session was created.
  fetch: aFunction((input, init) => globalThis.fetch(input, init)),
  platform: [(value) => typeof value === 'object' && value !== null, 'an object'],
  'platform.clock': like(systemClock),
  'platform.lifecycle': like(browserLifecycle),
  'platform.openChannel': aFunction(broadcastChannel),
  'platform.openPresence': aFunction(webLockPresence),
  'platform.random': aFunction(() => Math.random()),
})

type WithDefaults = ForageSessionOptions &
  SessionPlatform &
  Omit<SessionSettings, 'tokenSource' | 'attachment' | 'channelName'>

function withDefaults(options: ForageSessionOptions): WithDefaults {
  const given = ownMembers<Record<string, unknown>>(options as never)
  // From here on, a name with a dot stands for a member of `platform`.
  for (const [member, value] of Object.entries(Object(given['platform']) as object)) {
    given[`platform.${member}`] = value
  }
  const checks: Record<string, Rule<unknown>> = rules()
  const names = Object.keys(checks)
  for (const name in given) {
    if (given[name] !== undefined && !names.includes(name)) {
      throw new TypeError(`${describe(name)} is not an option${hint(name, names)}`)
    }
  }
  const settings: Record<string, unknown> = {}
  for (const name of names) {
    const value = given[name]
    if (value !== undefined || name === 'tokenSource') assertOption(name, value, checks[name]!)
    settings[name.replace('platform.', '')] = value ?? checks[name]![2]
  }
  return settings as never
}

/**
 * Returns the own members of a call's options. Throws a `TypeError` if one that the session has as well
 * (`minValidityMs`, `checkoutId`) is invalid.
 */
export function callOptions<T extends object>(options: T | undefined): T {
  const own = ownMembers(options)
  for (const name of ['minValidityMs', 'checkoutId'] as const) {
    const value = (own as Partial<ForageSessionOptions>)[name]
    if (value !== undefined) assertOption(name, value, rules()[name])
  }
  return own
}

/** Refuses a token that was passed by mistake. */
function isTokenAddress(value: unknown): boolean {
  if (typeof value !== 'string') return isA(value, 'URL')
  return value.includes('/') || (value !== '' && !tokenLike.test(value))
}

function isEnvironment(value: unknown): boolean {
  const { apiUrl, vaultUrl = apiUrl } = ownMembers(asRecord(value))
  return value === 'sandbox' || value === 'production' || (isAddress(apiUrl) && isAddress(vaultUrl))
}

function isAddress(value: unknown): boolean {
  try {
    // URL.canParse needs Safari 17, which not every iPhone in use can run.
    return isSecure(new URL(value as string))
  } catch {
    return false
  }
}

function isOriginList(value: unknown): boolean {
  const isOrigin = (entry: string): boolean => isAddress(entry) && new URL(entry).origin === entry
  return Array.isArray(value) && value.every(isOrigin)
}

function isBudget(value: unknown): boolean {
  const { max, perMs } = ownMembers(asRecord(value))
  return [max, perMs].every((part) => Number.isInteger(part) && (part as number) >= 1)
}
