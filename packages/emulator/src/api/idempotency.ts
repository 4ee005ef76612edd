import type { MiddlewareHandler } from 'hono'

import type { EmulatorContext, EmulatorEnv, RouteContext } from '../context/context.ts'
import { invalidInput, listedError } from '../http/api-error.ts'
import type { Reply } from '../http/endpoint.ts'
import type { Merchant } from '../shared/merchants.ts'
import { sha256 } from '../shared/sha256.ts'
import { defineTable, type TableDefinition } from '../state/table.ts'

/** The kept reply of a request with an idempotency key. */
export interface CachedReply {
  /** SHA-256 of the request's body. */
  readonly bodyDigest: string
  readonly at: number
  readonly status: Reply['status']
  readonly body?: unknown
}

export const cachedReplyTable: TableDefinition<CachedReply> = defineTable('replies')

export function requireIdempotencyKey(context: EmulatorContext, c: RouteContext): void {
  if (c.req.header('idempotency-key') || context.switches.missingIdempotencyKey === 'accept') return
  throw invalidInput(c.req.path, 'Idempotency_Key', 'An Idempotency-Key header is required.')
}

/**
 * Calls `run` once per key: docs.joinforage.app/reference/idempotency. It keeps successes only: the SDKs use the payment's
 * ref as the key of its capture, and a failed payment may be captured again. A 401 comes earlier. The key is in flight
 * until the answer leaves: see `releaseKey`.
 */
export async function onceByKey(
  context: EmulatorContext,
  c: RouteContext,
  merchant: Merchant | undefined,
  run: () => Promise<Reply>,
): Promise<Reply> {
  const key = c.req.header('idempotency-key')
  if (!key) return await run()
  // The header may name one merchant in several ways, so the slot has the merchant's ID.
  const slot = [merchant?.id ?? '', c.req.path, key].join('\n')
  const { keysInFlight } = context
  const replies = context.store.table(cachedReplyTable)
  // A body may hold a PIN or a card number, so only its digest is kept.
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

/** Returns the error with its documented message. Status and resource are inferred. */
function cannotChangeRequest(path: string, key: string): Error {
  return listedError(path, 400, {
    code: 'cannot_change_request',
    message:
      'Two requests were submitted with the same idempotency key, but slightly different request bodies. Please use a new idempotency key if you intended to change the request body',
    source: { resource: 'Idempotency_Key', ref: key },
  })
}

/** Returns an inferred error: the docs list 423 `resource_locked` without its cause. */
function resourceLocked(path: string, key: string): Error {
  const message = 'A request with this idempotency key is still being processed. Try again later.'
  return listedError(path, 423, {
    code: 'resource_locked',
    message,
    source: { resource: 'Idempotency_Key', ref: key },
  })
}

/** Releases the key that `onceByKey` put in flight, when the answer is ready to leave. */
export function releaseKey({ keysInFlight }: EmulatorContext): MiddlewareHandler<EmulatorEnv> {
  return async (c, next) => {
    try {
      await next()
    } finally {
      keysInFlight.delete(c.get('keyInFlight') ?? '')
    }
  }
}
