import type { MiddlewareHandler } from 'hono'
import { cors } from 'hono/cors'

import type { EmulatorEnv } from '../context/context.ts'
import { isLoopbackHost } from '../http/loopback-host.ts'

/** Refuses other machines, pages of other sites, and pages that reach this port by another host name (DNS rebinding). */
export function loopbackOnly(): MiddlewareHandler<EmulatorEnv> {
  return async (c, next) => {
    const origin = c.req.header('origin')
    const address = c.env?.remoteAddress
    const isLocal =
      (address === undefined || isLoopbackAddress(address)) &&
      isLoopbackHost(new URL(c.req.url).hostname) &&
      (origin === undefined || isLoopbackOrigin(origin))
    if (!isLocal)
      return c.json({ error: 'The control plane answers to this machine only. Use localhost.' }, 403)
    await next()
  }
}

/** Allows requests from pages of this machine only. */
export function controlCors(): MiddlewareHandler<EmulatorEnv> {
  return cors({
    origin: (origin) => (isLoopbackOrigin(origin) ? origin : null),
    allowMethods: ['GET', 'POST', 'DELETE'],
    allowHeaders: ['Content-Type'],
  })
}

function isLoopbackOrigin(origin: string): boolean {
  return URL.canParse(origin) && isLoopbackHost(new URL(origin).hostname)
}

/** Reads a socket's address. It may write IPv4 as IPv6 (RFC 4291 §2.5.5.2). */
function isLoopbackAddress(address: string): boolean {
  return address === '::1' || /^(::ffff:)?127(\.\d{1,3}){3}$/i.test(address)
}
