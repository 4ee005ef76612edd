import { asRecord } from './as-record.ts'

/** A possible token or part of one (but no code like `ERR_NETWORK`), or the beginning of a JWT. */
const tokenLike = /(?![A-Z_]+\b)\b[a-zA-Z]{2,10}_[\w.~+/=%-]{6,}|eyJ[\w.~+/=%-]*/g

/**
 * Returns a cause that is safe as the cause of our error: only its name and its message, and those of each error
 * of an `AggregateError`, without tokens. The error of an HTTP client holds the response, and its stack and its own
 * cause may quote it. A primitive value without a token is returned unchanged.
 */
export function safeCause(cause: unknown): unknown {
  try {
    const isPrimitive = cause !== Object(cause)
    if (isPrimitive && withoutTokens(cause) === String(cause)) return cause
    const { errors } = asRecord(cause)
    const safe = nameAndMessage(cause)
    return Array.isArray(errors) ? Object.assign(safe, { errors: errors.map(nameAndMessage) }) : safe
  } catch {
    return new Error('It cannot be read.')
  }
}

function nameAndMessage(error: unknown): Error {
  const { name = 'Error', message = error } = asRecord(error)
  // A parser quotes what it could not read, which may be a token.
  const text = name === 'SyntaxError' ? 'The response could not be parsed.' : withoutTokens(message)
  return Object.defineProperty(new Error(text), 'name', { value: withoutTokens(name) })
}

function withoutTokens(value: unknown): string {
  return String(value).replaceAll(tokenLike, '(not shown)')
}
