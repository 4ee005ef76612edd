import { receivedSecret } from '../shared/received.ts'
import { mayHoldToken } from '../shared/redaction.ts'

/** Throws `TypeError` unless `reason` may be stored and logged: an operator could paste the secret that leaked. */
export function assertReason(reason: unknown): asserts reason is string {
  if (typeof reason !== 'string' || reason.trim() === '' || reason.length > 200) {
    const got = typeof reason === 'string' ? `${reason.length} characters` : receivedSecret(reason)
    throw new TypeError(`Option "reason" must be 1 to 200 characters, got ${got}`)
  }
  if (mayHoldToken(reason)) throw new TypeError('Option "reason" must not hold a token')
}
