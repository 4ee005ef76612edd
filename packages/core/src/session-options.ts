import { attachmentOf, type Attachment } from './attachment.ts'
import { publicEnvironments, type ForageEnvironment } from './environments.ts'
import { browserLifecycle, type PageLifecycle } from './page-lifecycle.ts'
import type { ReplayPolicy } from './replay-policy.ts'
import type { Budget } from './request-budget.ts'
import { systemClock, type SessionClock } from './session-clock.ts'
import { broadcastChannel, type TabChannel } from './tab-channel.ts'
import { merchantEndpoint, type TokenSource } from './token-source.ts'

/** Every option of a session, with its unit and default. Durations are in milliseconds. */
export interface ForageSessionOptions {
  /** Where session tokens come from: the path of the merchant's endpoint, or a function. The only required one. */
  tokenSource: string | URL | TokenSource
  /** Which Forage the token is for. Default: none; tokens go to the public origins their own prefix names. */
  environment?: ForageEnvironment | undefined
  /** The partition: a new checkout needs a new token. */
  checkoutId?: string | undefined
  /** Sent as `Merchant-Account` with requests that carry the token, for example `mid/123ab45c67`. */
  merchantAccount?: string | undefined
  /** The exact origins that may get the token. Default: the environment's API and vault. */
  attachTo?: readonly string[] | undefined
  /** How long a token must still be good for when it is handed out. Default: 30 000 (30 seconds). */
  minValidityMs?: number | undefined
  /** The part of its lifetime after which a token is renewed in the background, 0…1. Default: 0.8. */
  renewAt?: number | undefined
  /** Up to this part of the lifetime later, drawn once for each token. Default: 0.1. */
  renewJitter?: number | undefined
  /**
   * Whether a token is renewed before it is asked for: while the session was used within the last lifetime,
   * always, or never. Default: `in-use`.
   */
  renewWhen?: 'in-use' | 'always' | 'never' | undefined
  /** The deadline of one token request. Default: 10 000 (10 seconds). */
  requestTimeoutMs?: number | undefined
  /** At most `max` token requests in `perMs`, whatever their cause. Default: 10 in 60 000 (1 minute). */
  budget?: Budget | undefined
  /** The lifetime of a token that does not tell its own. Default: 900 000 (15 minutes, Forage's own). */
  fallbackLifetimeMs?: number | undefined
  /** Whether the tabs of one checkout share one token, over a BroadcastChannel. Default: `token`. */
  share?: 'token' | 'off' | undefined
  /** Which requests are sent again after a 401 about the token. Default: `all` (a 401 was not applied). */
  replay?: ReplayPolicy | undefined
  /** Whether a 401 (a clone of it) is about the token. Default: unless its error code says otherwise. */
  isTokenRejected?: IsTokenRejected | undefined
  /** Accept an authentication token, for development only; never in production. Default: false. */
  allowAuthenticationToken?: boolean | undefined
  /** Default: the platform's. */
  clock?: SessionClock | undefined
  /** Default: the page's own events. */
  lifecycle?: PageLifecycle | undefined
  /** Default: a BroadcastChannel, where there is one. */
  openChannel?: ((name: string) => TabChannel | undefined) | undefined
  /** Default: the platform's. */
  fetch?: Fetch | undefined
  /** A number in [0, 1). Default: `Math.random`. */
  random?: (() => number) | undefined
}

export type Fetch = (input: RequestInfo | URL, init?: RequestInit) => Promise<Response>

export type IsTokenRejected = (
  response: Response,
  request: { method: string; url: string },
) => boolean | Promise<boolean>

/** The options with every default filled in. */
export interface SessionSettings {
  readonly tokenSource: TokenSource
  readonly environment: ForageEnvironment | undefined
  readonly checkoutId: string | undefined
  readonly merchantAccount: string | undefined
  readonly attachment: Attachment
  readonly minValidityMs: number
  readonly renewAt: number
  readonly renewJitter: number
  readonly renewWhen: 'in-use' | 'always' | 'never'
  readonly requestTimeoutMs: number
  readonly budget: Budget
  readonly fallbackLifetimeMs: number
  /** Undefined: nothing is shared. */
  readonly openChannel: ((checkoutId: string) => TabChannel | undefined) | undefined
  readonly replay: ReplayPolicy
  readonly isTokenRejected: IsTokenRejected | undefined
  readonly allowAuthenticationToken: boolean
  readonly clock: SessionClock
  readonly lifecycle: PageLifecycle
  readonly fetch: Fetch
  readonly random: () => number
}

/** Fills in the defaults. Throws a `TypeError` that names the option and the value received. */
export function resolveOptions(options: ForageSessionOptions): SessionSettings {
  validate(options)
  const { tokenSource, environment, attachTo } = options
  // Asked for at each call: a page may wrap the global after the session was made.
  const fetch: Fetch = options.fetch ?? ((input, init) => globalThis.fetch(input, init))
  return {
    tokenSource: typeof tokenSource === 'function' ? tokenSource : merchantEndpoint(tokenSource, { fetch }),
    environment,
    checkoutId: options.checkoutId,
    merchantAccount: options.merchantAccount,
    attachment: attachmentOf(environment, attachTo),
    minValidityMs: options.minValidityMs ?? 30_000,
    renewAt: options.renewAt ?? 0.8,
    renewJitter: options.renewJitter ?? 0.1,
    renewWhen: options.renewWhen ?? 'in-use',
    requestTimeoutMs: options.requestTimeoutMs ?? 10_000,
    budget: options.budget ?? { max: 10, perMs: 60_000 },
    fallbackLifetimeMs: options.fallbackLifetimeMs ?? 15 * 60 * 1000,
    openChannel: channelOpener(options),
    replay: options.replay ?? 'all',
    isTokenRejected: options.isTokenRejected,
    allowAuthenticationToken: options.allowAuthenticationToken ?? false,
    clock: options.clock ?? systemClock(),
    lifecycle: options.lifecycle ?? browserLifecycle(),
    fetch,
    random: options.random ?? Math.random,
  }
}

/** Tabs share a token only if it would be the same token request. */
function channelOpener(options: ForageSessionOptions): SessionSettings['openChannel'] {
  const { tokenSource, environment, merchantAccount, share, openChannel = broadcastChannel } = options
  if (share === 'off') return undefined
  const source = typeof tokenSource === 'function' ? undefined : String(tokenSource)
  return (checkoutId) =>
    openChannel(`forage-session ${JSON.stringify([source, environment, merchantAccount, checkoutId])}`)
}

/** One line an option: what it takes, and how to tell. `undefined` always means the default. */
const rules: { [Name in keyof ForageSessionOptions]-?: readonly [(value: unknown) => boolean, string] } = {
  tokenSource: [isTokenSource, 'an address or a function'],
  environment: [isEnvironment, '"sandbox", "production" or { apiUrl, vaultUrl? }'],
  checkoutId: [isFilledString, 'a non-empty string'],
  merchantAccount: [isHeaderValue, 'a string that a header can carry'],
  attachTo: [isOriginList, 'an array of origins like "https://api.example.com"'],
  minValidityMs: [isAtLeast(0), 'a number of ms from 0 up'],
  renewAt: [isPart, 'a number from 0 to 1'],
  renewJitter: [isPart, 'a number from 0 to 1'],
  renewWhen: [isOneOf('in-use', 'always', 'never'), '"in-use", "always" or "never"'],
  requestTimeoutMs: [isAtLeast(1), 'a number of ms from 1 up'],
  budget: [isBudget, '{ max, perMs } with whole numbers from 1 up'],
  fallbackLifetimeMs: [isAtLeast(1), 'a number of ms from 1 up'],
  share: [isOneOf('token', 'off'), '"token" or "off"'],
  openChannel: [isFunction, 'a function'],
  replay: [
    (value) => isFunction(value) || isOneOf('all', 'keyed', 'never')(value),
    '"all", "keyed", "never" or a function',
  ],
  isTokenRejected: [isFunction, 'a function'],
  allowAuthenticationToken: [(value) => typeof value === 'boolean', 'true or false'],
  clock: [isObjectWith('now', 'monotonic', 'setTimeout', 'clearTimeout'), 'a SessionClock'],
  lifecycle: [isObjectWith('visible', 'online', 'subscribe'), 'a PageLifecycle'],
  fetch: [isFunction, 'a function'],
  random: [isFunction, 'a function'],
}

function validate(options: ForageSessionOptions): void {
  if (options?.tokenSource === undefined) {
    throw new TypeError('"tokenSource" is required: the address of the merchant endpoint, or a function')
  }
  for (const [name, [accepts, expected]] of Object.entries(rules)) {
    const value = (options as unknown as Record<string, unknown>)[name]
    if (value !== undefined && !accepts(value)) {
      throw new TypeError(`"${name}" must be ${expected}, received ${describe(value)}`)
    }
  }
}

const looksLikeToken = /^[a-z]+_[\w.-]{20,}$/i
const holdsToken = /[a-z]+_[\w.-]{20,}/i

/** A value for an error message. What may be a credential is not shown. */
function describe(value: unknown): string {
  if (typeof value === 'string') return holdsToken.test(value) ? 'a token (not shown)' : JSON.stringify(value)
  if (typeof value === 'function') return 'a function'
  if (typeof value === 'object' && value !== null) return Array.isArray(value) ? 'an array' : 'an object'
  return String(value)
}

function isTokenSource(value: unknown): boolean {
  if (typeof value === 'string') return value !== '' && !looksLikeToken.test(value)
  return value instanceof URL || isFunction(value)
}

function isEnvironment(value: unknown): boolean {
  if (typeof value === 'string') return Object.hasOwn(publicEnvironments, value)
  if (typeof value !== 'object' || value === null) return false
  const { apiUrl, vaultUrl } = value as Record<string, unknown>
  return isAddress(apiUrl) && (vaultUrl === undefined || isAddress(vaultUrl))
}

function isAddress(value: unknown): boolean {
  try {
    // Not URL.canParse: Safari has it from version 17, which not every iPhone in use can run.
    return typeof value === 'string' && /^https?:$/.test(new URL(value).protocol)
  } catch {
    return false
  }
}

function isOriginList(value: unknown): boolean {
  return (
    Array.isArray(value) &&
    value.every((entry) => isAddress(entry) && new URL(entry as string).origin === entry)
  )
}

function isFilledString(value: unknown): boolean {
  return typeof value === 'string' && value !== ''
}

function isHeaderValue(value: unknown): boolean {
  return typeof value === 'string' && /^[\x21-\x7e]+$/.test(value)
}

function isFunction(value: unknown): boolean {
  return typeof value === 'function'
}

function isPart(value: unknown): boolean {
  return typeof value === 'number' && value >= 0 && value <= 1
}

function isBudget(value: unknown): boolean {
  const { max, perMs } = (value ?? {}) as Record<string, unknown>
  return [max, perMs].every((part) => Number.isInteger(part) && (part as number) >= 1)
}

function isAtLeast(least: number): (value: unknown) => boolean {
  return (value) => typeof value === 'number' && Number.isFinite(value) && value >= least
}

function isOneOf(...choices: string[]): (value: unknown) => boolean {
  return (value) => choices.includes(value as string)
}

function isObjectWith(...methods: string[]): (value: unknown) => boolean {
  return (value) =>
    typeof value === 'object' &&
    value !== null &&
    methods.every((name) => isFunction((value as Record<string, unknown>)[name]))
}
