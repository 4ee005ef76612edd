import type { MiddlewareHandler } from 'hono'

export interface PageOrigins {
  apiUrl: string
  vaultUrl: string
  sdkUrl: string
}

/** The page loads nothing but its own files and the SDK; a card number is typed in a frame of the vault. */
function contentSecurityPolicy({ apiUrl, vaultUrl, sdkUrl }: PageOrigins): string {
  const directives = {
    'default-src': "'none'",
    'script-src': `'self' ${new URL(sdkUrl).origin}`,
    'style-src': "'self'",
    'img-src': "'self' data:",
    'connect-src': `'self' ${apiUrl} ${vaultUrl}`,
    'frame-src': vaultUrl,
    'base-uri': "'none'",
    'form-action': "'none'",
    'frame-ancestors': "'none'",
  }
  return Object.entries(directives)
    .map(([name, sources]) => `${name} ${sources}`)
    .join('; ')
}

export function securityHeaders(origins: PageOrigins): MiddlewareHandler {
  const policy = contentSecurityPolicy(origins)
  return async (c, next) => {
    await next()
    c.header('Content-Security-Policy', policy)
    c.header('Referrer-Policy', 'no-referrer')
    c.header('X-Content-Type-Options', 'nosniff')
  }
}

/** Of an answer that is for one customer, at one moment. */
export function noStore(): MiddlewareHandler {
  return async (c, next) => {
    await next()
    if (!c.res.headers.has('Cache-Control')) c.header('Cache-Control', 'no-store')
  }
}
