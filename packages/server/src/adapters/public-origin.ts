export interface OriginParts {
  protocol: 'http' | 'https'
  host: string
}

/**
 * Scheme and host as the browser sees them. `X-Forwarded-Proto` and `X-Forwarded-Host` count only when told
 * (`trusted`): anyone can send them. Undefined if `host` is none.
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

/** The request with the URL that the browser asked for, if a proxy of yours says what it was. */
export function publicRequest(request: Request, trustProxy: boolean): Request {
  if (!trustProxy) return request
  const url = new URL(request.url)
  const own: OriginParts = { protocol: url.protocol === 'https:' ? 'https' : 'http', host: url.host }
  const origin = publicOrigin(own, (name) => request.headers.get(name), true) ?? url.origin
  return origin === url.origin ? request : new Request(`${origin}${url.pathname}${url.search}`, request)
}

// The nearest proxy appends; the one that the browser spoke to comes first.
function first(list: string | null | undefined): string {
  return list?.split(',', 1)[0]?.trim() ?? ''
}

function protocolOf(text: string): 'http' | 'https' | undefined {
  const name = text.toLowerCase()
  return name === 'http' || name === 'https' ? name : undefined
}

// RFC 9110 §7.2: a host and a port. Anything else would move the end of the host in a URL.
function hostOf(text: string): string | undefined {
  return URL.canParse(`http://${text}`) && /^[^\s/?#@\\]+$/.test(text) ? text : undefined
}
