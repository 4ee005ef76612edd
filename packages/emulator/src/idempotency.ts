import { listedError } from './api-error.ts'
import type { EmulatorContext, RouteContext } from './context.ts'

/** An answer before it is put on the wire. */
export interface Reply {
  readonly status: 200 | 201 | 400
  readonly body: unknown
}

/**
 * Runs once per key: docs.joinforage.app/reference/idempotency. Only a success is kept. The SDKs use the payment's ref
 * as the key of its capture and a failed payment may be captured again, so a failure can't be; a 401 comes before this.
 * `run` is synchronous: two requests with one key are never in flight together.
 */
export function onceByKey(context: EmulatorContext, c: RouteContext, run: () => Reply): Reply {
  const key = c.req.header('idempotency-key')
  if (!key) return run()
  const slot = [c.req.header('merchant-account') ?? '', c.req.path, key].join('\n')
  const { replies } = context.store
  const cached = replies.get(slot)
  if (cached && context.time.now() - cached.at < context.switches.idempotencyTtlMs) {
    if (cached.requestBody !== c.get('body')) throw cannotChangeRequest(c.req.path, key)
    return { status: cached.status as Reply['status'], body: cached.body }
  }
  const reply = run()
  if (reply.status < 300) replies.set(slot, { requestBody: c.get('body'), at: context.time.now(), ...reply })
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
