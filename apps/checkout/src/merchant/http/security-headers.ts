import type { MiddlewareHandler } from 'hono'

export interface PageOrigins {
  apiUrl: string
  vaultUrl: string
  sdkUrl: string
}

/** Returns the policy: pages load only their own files and the SDK, and only the vault may be framed. */
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

/** Adds the Content-Security-Policy and related headers to each response. */
export function securityHeaders(origins: PageOrigins): MiddlewareHandler {
  const policy = contentSecurityPolicy(origins)
  return async (c, next) => {
    await next()
    c.header('Content-Security-Policy', policy)
    c.header('Referrer-Policy', 'no-referrer')
    c.header('X-Content-Type-Options', 'nosniff')
  }
}

/** Prevents caching, because the API's answers are for one customer at one moment. */
export function noStore(): MiddlewareHandler {
  return async (c, next) => {
    await next()
    if (!c.res.headers.has('Cache-Control')) c.header('Cache-Control', 'no-store')
  }
}
