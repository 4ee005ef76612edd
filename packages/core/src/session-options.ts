import { asRecord } from './as-record.ts'
import { attachmentOf, isSecure, type Attachment } from './attachment.ts'
import type { ForageEnvironment } from './environments.ts'
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

/** Whether a value will do, and what would. */
type Rule = readonly [accepts: (value: unknown) => boolean, expected: string]

/** One line an option. `undefined` always means the default. */
const rules: { [Name in keyof ForageSessionOptions]-?: Rule } = {
  tokenSource: [isTokenSource, 'an address or a function'],
  environment: [isEnvironment, '"sandbox", "production" or { apiUrl, vaultUrl? } with https addresses'],
  checkoutId: [isFilled, 'a non-empty string'],
  merchantAccount: [isHeaderValue, 'a string that a header can carry'],
  attachTo: [isOriginList, 'an array of origins like "https://api.example.com"'],
  minValidityMs: number(0),
  renewAt: number(0, 1),
  renewJitter: number(0, 1),
  renewWhen: oneOf('in-use', 'always', 'never'),
  requestTimeoutMs: number(1),
  budget: [isBudget, '{ max, perMs } with whole numbers from 1 up'],
  fallbackLifetimeMs: number(1),
  share: oneOf('token', 'off'),
  openChannel: aFunction(),
  replay: oneOf('all', 'keyed', 'never', 'a function'),
  isTokenRejected: aFunction(),
  allowAuthenticationToken: oneOf(true, false),
  clock: objectWith('now', 'monotonic', 'setTimeout', 'clearTimeout'),
  lifecycle: objectWith('visible', 'online', 'subscribe'),
  fetch: aFunction(),
  random: aFunction(),
}

function validate(options: ForageSessionOptions): void {
  if (options?.tokenSource === undefined) {
    throw new TypeError('"tokenSource" is required: the address of the merchant endpoint, or a function')
  }
  for (const [name, [accepts, expected]] of Object.entries(rules)) {
    const value = asRecord(options)[name]
    if (value !== undefined && !accepts(value)) {
      throw new TypeError(`"${name}" must be ${expected}, received ${describe(value)}`)
    }
  }
}

const tokenLike = /[a-z]+_[\w.-]{20,}/i

/** A value for an error message. What may be a credential is not shown. */
function describe(value: unknown): string {
  if (typeof value === 'string') return tokenLike.test(value) ? 'a token (not shown)' : JSON.stringify(value)
  if (typeof value === 'object' && value !== null) return Array.isArray(value) ? 'an array' : 'an object'
  return isFunction(value) ? 'a function' : String(value)
}

function number(least: number, most = Number.MAX_SAFE_INTEGER): Rule {
  const accepts = (value: unknown): boolean => typeof value === 'number' && value >= least && value <= most
  return [accepts, `a number from ${least} ${most === 1 ? 'to 1' : 'up'}`]
}

function oneOf(...choices: (string | boolean)[]): Rule {
  const takesFunction = choices.includes('a function')
  return [
    (value) => choices.includes(value as string) || (takesFunction && isFunction(value)),
    choices.join(' or '),
  ]
}

function aFunction(): Rule {
  return [isFunction, 'a function']
}

function objectWith(...methods: string[]): Rule {
  const accepts = (value: unknown): boolean => methods.every((name) => isFunction(asRecord(value)[name]))
  return [accepts, `an object with ${methods.join(', ')}`]
}

function isTokenSource(value: unknown): boolean {
  return value instanceof URL || isFunction(value) || (isFilled(value) && !isToken(value as string))
}

/** A token in the place of an address. */
function isToken(value: string): boolean {
  return !value.includes('/') && tokenLike.test(value)
}

function isEnvironment(value: unknown): boolean {
  const { apiUrl, vaultUrl = apiUrl } = asRecord(value)
  return value === 'sandbox' || value === 'production' || (isAddress(apiUrl) && isAddress(vaultUrl))
}

function isAddress(value: unknown): boolean {
  try {
    // Not URL.canParse: Safari has it from version 17, which not every iPhone in use can run.
    return isSecure(new URL(value as string))
  } catch {
    return false
  }
}

function isOriginList(value: unknown): boolean {
  const isOrigin = (entry: string): boolean => isAddress(entry) && new URL(entry).origin === entry
  return Array.isArray(value) && value.every(isOrigin)
}

function isFilled(value: unknown): boolean {
  return typeof value === 'string' && value !== ''
}

function isHeaderValue(value: unknown): boolean {
  return typeof value === 'string' && /^[\x21-\x7e]+$/.test(value)
}

function isFunction(value: unknown): boolean {
  return typeof value === 'function'
}

function isBudget(value: unknown): boolean {
  const { max, perMs } = asRecord(value)
  return [max, perMs].every((part) => Number.isInteger(part) && (part as number) >= 1)
}
