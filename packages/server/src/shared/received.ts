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

/**
 * Formats a received address. It may hold a password or a key, so only the origin is shown, and nothing of a text that is
 * no address: it may be one with a mistake.
 */
export function receivedUrl(value: unknown): string {
  if (typeof value !== 'string' || value === '') return received(value)
  const url = URL.parse(value)
  if (!url || !/^https?:$/.test(url.protocol)) return 'a text that is not an http: or https: address'
  return url.href === `${url.origin}/` ? url.origin : `${url.origin} with a path, a query or a password`
}

/** Formats a received value where a name is expected. Any text but a short word may be an address. */
export function receivedName(value: unknown): string {
  return typeof value === 'string' && /^[a-z]{1,16}$/i.test(value) ? received(value) : receivedUrl(value)
}
