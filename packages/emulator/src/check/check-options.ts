import { EmulatorError } from '../shared/emulator-error.ts'
import { systemClock, type EmulatorClock } from '../shared/emulator-time.ts'

/** The options of `checkEndpoint`. */
export interface CheckEndpointOptions {
  /** The URL of the endpoint, http or https. */
  readonly url: string
  /**
   * The headers that sign the customer in, for example `{ Cookie: 'session=…' }`, and a token against CSRF if the
   * endpoint requires one. Default: no headers.
   */
  readonly headers?: Readonly<Record<string, string>>
  /** The customer's checkout. Default: the requests name no checkout. */
  readonly checkoutId?: string
  /**
   * A checkout that the customer may not use, best of all one of another customer. Default: an invented one if
   * `checkoutId` is set; otherwise, the check `other-checkout` is skipped.
   */
  readonly otherCheckoutId?: string
  /** The origin of the page. Default: the origin of `url`. */
  readonly origin?: string
  /**
   * The environment that the token has to belong to: `sandbox`, `production`, or the URL of an emulator, which has to
   * accept the token. Default: any environment.
   */
  readonly environment?: string
  /** The client ID, to look for in every answer. It needs eight characters or more. Default: not looked for. */
  readonly clientId?: string
  /** The client secret, to look for in every answer. It needs eight characters or more. Default: not looked for. */
  readonly clientSecret?: string
  /** The source of time and timers, in ms. Default: the platform's. */
  readonly clock?: EmulatorClock
  /** The `fetch` that sends the requests. Default: the platform's. */
  readonly fetch?: (url: string, init: RequestInit) => Promise<Response>
}

/** The options after validation. */
export interface Settings {
  readonly url: string
  readonly headers: readonly (readonly [name: string, value: string])[]
  readonly checkoutId: string | undefined
  readonly otherCheckoutId: string | undefined
  readonly origin: string
  readonly environment: string | undefined
  readonly clientId: string | undefined
  readonly clientSecret: string | undefined
  readonly clock: EmulatorClock
  readonly fetch: (url: string, init: RequestInit) => Promise<Response>
}

/** Checks the options. Throws `EmulatorError` (`invalid_option`). */
export function checkSettings(options: CheckEndpointOptions): Settings {
  const url = requireUrl('url', options.url)
  const { environment, clock = systemClock(), fetch = globalThis.fetch } = options
  return {
    url: url.href,
    headers: Object.entries(options.headers ?? {}).map(([name, value]) => requireHeader(name, value)),
    checkoutId: presentText('checkoutId', options.checkoutId),
    otherCheckoutId: presentText('otherCheckoutId', options.otherCheckoutId),
    origin: options.origin === undefined ? url.origin : requireOrigin(options.origin),
    environment: environment === undefined ? undefined : requireEnvironment(environment),
    clientId: presentText('clientId', options.clientId),
    clientSecret: presentText('clientSecret', options.clientSecret),
    clock,
    fetch: (input, init) => fetch(input, init),
  }
}

function invalid(sentence: string): EmulatorError {
  return new EmulatorError('invalid_option', sentence)
}

/** The error does not repeat the URL: a person may have put a password or a token into it. */
function requireUrl(name: string, text: string): URL {
  const url = typeof text === 'string' ? URL.parse(text) : null
  if (!url || !/^https?:$/.test(url.protocol))
    throw invalid(`\`${name}\` has to be an http or https URL, such as https://shop.example/api/token.`)
  if (url.username || url.password)
    throw invalid(`\`${name}\` must not have a user name or a password in it.`)
  return url
}

function requireOrigin(text: string): string {
  const url = URL.parse(text)
  // Apps with a web view have origins of other schemes: capacitor://localhost.
  if (url?.host && `${url.protocol}//${url.host}` === text) return text
  throw invalid('`origin` has to be an origin without a path, such as https://shop.example.')
}

function requireEnvironment(text: string): string {
  if (text === 'sandbox' || text === 'production') return text
  const url = /^https?:/.test(text) ? URL.parse(text) : null
  if (url && url.username === '' && url.password === '') return url.origin
  throw invalid("`environment` has to be sandbox, production, or an emulator's URL.")
}

/** The checks change these headers themselves, or the connection does. */
const ownHeaders =
  /^(origin|sec-fetch-.*|content-(type|length)|host|access-control-request-.*|connection|keep-alive|transfer-encoding|upgrade|expect|te|trailer)$/i

function requireHeader(name: string, value: string): readonly [string, string] {
  if (ownHeaders.test(name))
    throw invalid(
      `\`headers\` must not have ${name}: the checks or the connection set it. \`origin\` sets the page's origin.`,
    )
  if (!isHeader(name, value)) throw invalid('`headers` has to have names and values that HTTP allows.')
  return [name, value]
}

function isHeader(name: string, value: string): boolean {
  try {
    return new Headers([[name, value]]).has(name)
  } catch {
    return false
  }
}

function presentText(name: string, value: unknown): string | undefined {
  if (value === undefined || typeof value === 'string') return value === '' ? undefined : value
  throw invalid(`\`${name}\` has to be a text.`)
}
