import type { Settings } from './check-options.ts'

/** A request of a page, before it is sent. */
export interface PageRequest {
  readonly method: string
  readonly headers: readonly (readonly [name: string, value: string])[]
  readonly body: string | undefined
}

/** The changes to a browser's request that a check needs. */
export interface Changes {
  readonly method?: string
  /** Text: the body itself. Object: more members of the JSON body, which replace its own. */
  readonly body?: string | Readonly<Record<string, unknown>>
  readonly contentType?: string
  /** `null` leaves `Origin` out. */
  readonly origin?: string | null
  /** `null` leaves out what says from which site a request comes. */
  readonly site?: 'cross-site' | null
  /** False leaves out the headers that sign the customer in. */
  readonly isSignedIn?: boolean
}

type Page = Pick<Settings, 'url' | 'headers' | 'origin' | 'checkoutId'>

/** Returns the request of a browser's page for its first token, with changes. */
export function pageRequest(page: Page, changes: Changes = {}): PageRequest {
  const { method = 'POST', contentType = 'application/json', isSignedIn = true } = changes
  const origin = changes.origin === undefined ? page.origin : changes.origin
  const site = changes.site === undefined ? siteOf(page) : changes.site
  const headers: [string, string][] = [['Accept', 'application/json']]
  if (origin !== null) headers.push(['Origin', origin])
  if (site !== null)
    headers.push(['Sec-Fetch-Site', site], ['Sec-Fetch-Mode', 'cors'], ['Sec-Fetch-Dest', 'empty'])
  const hasBody = method === 'POST' || method === 'PUT'
  if (hasBody) headers.push(['Content-Type', contentType])
  return {
    method,
    headers: [...headers, ...(isSignedIn ? page.headers : [])],
    body: hasBody ? bodyOf(page, changes.body) : undefined,
  }
}

/** Returns the preflight that a browser sends before the request of a page with tools for tracing. */
export function preflightRequest(page: Page): PageRequest {
  return {
    method: 'OPTIONS',
    headers: [
      ['Origin', page.origin],
      ['Sec-Fetch-Site', siteOf(page)],
      ['Sec-Fetch-Mode', 'cors'],
      ['Sec-Fetch-Dest', 'empty'],
      ['Access-Control-Request-Method', 'POST'],
      ['Access-Control-Request-Headers', preflightNames(page).join(',')],
    ],
    body: undefined,
  }
}

/** Returns the headers that the page's request needs a permission for. */
export function preflightNames({ headers }: Pick<Settings, 'headers'>): string[] {
  const own = headers.map(([name]) => name.toLowerCase()).filter((name) => name !== 'cookie')
  return [...new Set(['content-type', 'traceparent', 'tracestate', 'baggage', 'sentry-trace', ...own])]
}

export function isCrossOrigin({ url, origin }: Pick<Settings, 'url' | 'origin'>): boolean {
  return new URL(url).origin !== origin
}

function bodyOf({ checkoutId }: Page, body: Changes['body']): string {
  if (typeof body === 'string') return body
  return JSON.stringify({ checkout_id: checkoutId, reason: 'first', ...body })
}

/**
 * Returns what a browser says about the page's site. The list of public suffixes decides in a browser. Here the last two
 * labels do, so under a suffix such as `co.uk`, this may call two sites the same.
 */
function siteOf(page: Pick<Settings, 'url' | 'origin'>): string {
  if (!isCrossOrigin(page)) return 'same-origin'
  const [own, other] = [new URL(page.url), new URL(page.origin)]
  const isSame = own.protocol === other.protocol && siteName(own.hostname) === siteName(other.hostname)
  return isSame ? 'same-site' : 'cross-site'
}

function siteName(host: string): string {
  return /[a-z]$/i.test(host) ? host.split('.').slice(-2).join('.') : host
}
