import type { MiddlewareHandler } from 'hono'

/**
 * Answers only requests that were sent to a name of this machine. Without it, another site could point its own name at
 * this machine (DNS rebinding), and its page would be allowed to read and use every route.
 */
export function loopbackOnly(): MiddlewareHandler {
  return async (c, next) => {
    const { host } = new URL(c.req.url)
    if (!isLoopbackHost(host) || !isLoopbackHost(c.req.header('Host') ?? host)) return c.body(null, 421)
    await next()
  }
}

/** Returns whether a `Host` header names this machine: RFC 6761 §6.3, RFC 1122 §3.2.1.3, RFC 4291 §2.5.3. */
export function isLoopbackHost(host: string | undefined): boolean {
  const hostname = URL.parse(`http://${host}`)?.hostname ?? ''
  return /^(localhost|.+\.localhost|127(\.\d{1,3}){3}|\[::1\])$/.test(hostname)
}
