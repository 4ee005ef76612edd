import type { MiddlewareHandler } from 'hono'
import { cors } from 'hono/cors'

import type { EmulatorEnv } from '../context.ts'
import { isLoopbackHost } from '../control/loopback.ts'
import { isQuidkey } from './error-envelopes.ts'

/** What the SDKs send: forage-android-sdk Headers.kt, forage-ios-sdk Collector.swift. */
const ALLOWED_HEADERS = [
  'Accept',
  'Authorization',
  'Content-Type',
  'Merchant-Account',
  'Idempotency-Key',
  'API-Version',
  'X-Key',
  'X-Terminal-Id',
  'X-Datadog-Trace-Id',
  'X-Forage-Android-Sdk-Version',
  'X-Forage-Ios-Sdk-Version',
]

/** The real policy is unknown. Any origin, without credentials: the API knows no cookies. */
export function apiCors(): MiddlewareHandler<EmulatorEnv> {
  const answer = cors({
    origin: (origin) => origin || null,
    allowMethods: ['GET', 'POST', 'PATCH', 'DELETE'],
    allowHeaders: ALLOWED_HEADERS,
    exposeHeaders: ['Date', 'Retry-After', 'WWW-Authenticate'],
    maxAge: 600,
  })
  // Nobody but a browser asks, and Quidkey is for servers only.
  return (c, next) =>
    c.req.header('origin') === undefined || isQuidkey(c.req.path) ? next() : answer(c, next)
}

/** The control plane answers pages of this machine only. */
export function controlCors(): MiddlewareHandler<EmulatorEnv> {
  return cors({
    origin: (origin) => (isLoopbackOrigin(origin) ? origin : null),
    allowMethods: ['GET', 'POST', 'DELETE'],
    allowHeaders: ['Content-Type'],
  })
}

export function isLoopbackOrigin(origin: string): boolean {
  return URL.canParse(origin) && isLoopbackHost(new URL(origin).hostname)
}
