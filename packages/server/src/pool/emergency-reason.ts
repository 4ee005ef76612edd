import { receivedSecret } from '../shared/received.ts'

// The shapes of Forage's tokens: a prefix and 30 alphanumerics, or three parts with dots, the first with its padding.
const tokenShape = /[a-z]+_[A-Za-z0-9]{30}|[\w-]{8,}={0,2}\.[\w-]{4,}={0,2}\.[\w-]{8,}/

/** Throws `TypeError` unless `reason` may be stored and logged: an operator could paste the secret that leaked. */
export function assertReason(reason: unknown): asserts reason is string {
  if (typeof reason !== 'string' || reason.trim() === '' || reason.length > 200) {
    const got = typeof reason === 'string' ? `${reason.length} characters` : receivedSecret(reason)
    throw new TypeError(`Option "reason" must be 1 to 200 characters, got ${got}`)
  }
  if (tokenShape.test(reason)) throw new TypeError('Option "reason" must not hold a token')
}
