import type { MiddlewareHandler } from 'hono'

import type { EmulatorContext, EmulatorEnv, RouteContext } from '../context.ts'
import type { Merchant } from '../merchants.ts'
import { sha256 } from '../sha256.ts'
import { invalidInput, listedError } from './api-error.ts'
import type { Reply } from './endpoint.ts'

export function requireIdempotencyKey(context: EmulatorContext, c: RouteContext): void {
  if (c.req.header('idempotency-key') || context.switches.missingIdempotencyKey === 'accept') return
  throw invalidInput(c.req.path, 'Idempotency_Key', 'An Idempotency-Key header is required.')
}

/**
 * Runs once per key: docs.joinforage.app/reference/idempotency. Only a success is kept. The SDKs use the payment's ref
 * as the key of its capture and a failed payment may be captured again, so a failure can't be; a 401 comes before this.
 * Until the answer left, the key is in flight: `releaseKey` ends that.
 */
export async function onceByKey(
  context: EmulatorContext,
  c: RouteContext,
  merchant: Merchant | undefined,
  run: () => Promise<Reply>,
): Promise<Reply> {
  const key = c.req.header('idempotency-key')
  if (!key) return await run()
  // The merchant as it was found, however the header named it.
  const slot = [merchant?.id ?? '', c.req.path, key].join('\n')
  const { replies, keysInFlight } = context.store
  // A body may hold a PIN or a card number: enough is kept of it to know it again.
  const bodyDigest = await sha256(c.get('body'))
  const cached = replies.get(slot)
  if (cached && context.time.now() - cached.at < context.switches.idempotencyTtlMs) {
    if (cached.bodyDigest !== bodyDigest) throw cannotChangeRequest(c.req.path, key)
    if (!keysInFlight.has(slot)) return { status: cached.status, body: cached.body }
  }
  if (keysInFlight.has(slot)) throw resourceLocked(c.req.path, key)
  keysInFlight.add(slot)
  c.set('keyInFlight', slot)
  const reply = await run()
  if (reply.status < 300) replies.set(slot, { bodyDigest, at: context.time.now(), ...reply })
  return reply
}

/** The message is the documented one; status and resource are inferred. */
function cannotChangeRequest(path: string, key: string): Error {
  return listedError(path, 400, {
    code: 'cannot_change_request',
    message:
      'Two requests were submitted with the same idempotency key, but slightly different request bodies. Please use a new idempotency key if you intended to change the request body',
    source: { resource: 'Idempotency_Key', ref: key },
  })
}

/** Inferred: 423 `resource_locked` is documented, for what it is not. */
function resourceLocked(path: string, key: string): Error {
  const message = 'A request with this idempotency key is still being processed. Try again later.'
  return listedError(path, 423, {
    code: 'resource_locked',
    message,
    source: { resource: 'Idempotency_Key', ref: key },
  })
}

/** Ends what `onceByKey` began, once the answer is ready to leave. */
export function releaseKey({ store }: EmulatorContext): MiddlewareHandler<EmulatorEnv> {
  return async (c, next) => {
    try {
      await next()
    } finally {
      store.keysInFlight.delete(c.get('keyInFlight') ?? '')
    }
  }
}
