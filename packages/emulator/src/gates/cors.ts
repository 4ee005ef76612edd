import type { MiddlewareHandler } from 'hono'
import { cors } from 'hono/cors'

import type { EmulatorEnv } from '../context/context.ts'
import { isQuidkey } from '../http/error-envelopes.ts'

/** The headers that the SDKs send: forage-android-sdk Headers.kt, forage-ios-sdk Collector.swift. */
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

/** Allows any origin, without credentials: the API uses no cookies. The real policy is unknown. */
export function apiCors(): MiddlewareHandler<EmulatorEnv> {
  const answer = cors({
    origin: (origin) => origin || null,
    allowMethods: ['GET', 'POST', 'PATCH', 'DELETE'],
    allowHeaders: ALLOWED_HEADERS,
    exposeHeaders: ['Date', 'Retry-After', 'WWW-Authenticate'],
    maxAge: 600,
  })
  // Only browsers need CORS headers, and Quidkey is for servers only.
  return (c, next) =>
    c.req.header('origin') === undefined || isQuidkey(c.req.path) ? next() : answer(c, next)
}
