import { assertKnownOptions } from '../shared/known-options.ts'

export interface OriginParts {
  protocol: 'http' | 'https'
  host: string
}

/** Returns the option `trustProxy` of an adapter. Throws `TypeError` for an unknown option. */
export function trustsProxy(options: { trustProxy?: boolean } = {}): boolean {
  assertKnownOptions(options, { trustProxy: true })
  return options.trustProxy ?? false
}

/**
 * Returns the origin that the browser sees, or undefined if `host` is invalid. `X-Forwarded-Proto` and
 * `X-Forwarded-Host` count only if the proxy is `trusted`, because any client can send them.
 */
export function publicOrigin(
  own: OriginParts,
  header: (name: string) => string | null | undefined,
  trusted: boolean,
): string | undefined {
  const protocol = (trusted && protocolOf(first(header('x-forwarded-proto')))) || own.protocol
  const host = (trusted && hostOf(first(header('x-forwarded-host')))) || hostOf(own.host)
  return host && `${protocol}://${host}`
}

/** Returns the request with the URL that the browser requested, if a trusted proxy names it. */
export function publicRequest(request: Request, trustProxy: boolean): Request {
  if (!trustProxy) return request
  const url = new URL(request.url)
  const own: OriginParts = { protocol: url.protocol === 'https:' ? 'https' : 'http', host: url.host }
  const origin = publicOrigin(own, (name) => request.headers.get(name), true) ?? url.origin
  return origin === url.origin ? request : new Request(`${origin}${url.pathname}${url.search}`, request)
}

// Each proxy appends its value, so the first one comes from the proxy next to the browser.
function first(list: string | null | undefined): string {
  return list?.split(',', 1)[0]?.trim() ?? ''
}

function protocolOf(text: string): 'http' | 'https' | undefined {
  const name = text.toLowerCase()
  return name === 'http' || name === 'https' ? name : undefined
}

/** Returns whether `new Request` refuses the method (Fetch standard, "forbidden method"). The answer is 501. */
export function isForbiddenMethod(method: string | undefined): boolean {
  return /^(CONNECT|TRACE|TRACK)$/i.test(method ?? '')
}

// A host and a port (RFC 9110 §7.2). Other characters would move the end of the host in a URL.
function hostOf(text: string): string | undefined {
  return URL.canParse(`http://${text}`) && /^[^\s/?#@\\]+$/.test(text) ? text : undefined
}
