import { withoutTokens } from './redaction.ts'

/** Formats a received value for an error message, without a token in it. For credentials, use `receivedSecret`. */
export function received(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(withoutTokens(value).slice(0, 200))
  if (typeof value === 'object' && value !== null) return Array.isArray(value) ? 'an array' : 'an object'
  return typeof value === 'function' ? 'a function' : String(value)
}

/** Formats only the type of a received value: a secret in the wrong option must not reach a log. */
export function receivedSecret(value: unknown): string {
  if (value === '') return 'an empty string'
  return value === null || value === undefined ? String(value) : `a value of type ${typeof value}`
}
