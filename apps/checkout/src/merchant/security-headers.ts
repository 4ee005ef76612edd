import type { MiddlewareHandler } from 'hono'

export interface PageOrigins {
  apiUrl: string
  vaultUrl: string
  sdkUrl: string
}

export interface PolicyOptions extends PageOrigins {
  /** Vite's dev server injects inline scripts and styles, and keeps a WebSocket. */
  isDev: boolean
}

/** The page loads nothing but its own files and the SDK; a card number is typed in a frame of the vault. */
export function contentSecurityPolicy({ apiUrl, vaultUrl, sdkUrl, isDev }: PolicyOptions): string {
  const inline = isDev ? " 'unsafe-inline'" : ''
  const directives = {
    'default-src': "'none'",
    'script-src': `'self' ${new URL(sdkUrl).origin}${inline}`,
    'style-src': `'self'${inline}`,
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

export function securityHeaders(options: PolicyOptions): MiddlewareHandler {
  const policy = contentSecurityPolicy(options)
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
