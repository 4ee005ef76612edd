const identifier = /^\w{1,64}$/
/** Causes can form a circle. */
const deepestCause = 8

/**
 * Copies only the class and the system code of an error. HTTP clients put the request into their errors, and with it
 * the `Authorization` header (axios#6919), so neither the message nor other fields are safe.
 */
export function safeCause(error: unknown): Error {
  const code = errorCode(error)
  const name = error instanceof Error && identifier.test(error.name) ? error.name : 'Error'
  return new Error(code === undefined ? name : `${name} (${code})`)
}

/** Returns the system code of an error or of its cause: undici wraps `ECONNREFUSED` in a `TypeError`. */
export function errorCode(error: unknown): string | undefined {
  let at = error
  for (let depth = 0; depth < deepestCause && typeof at === 'object' && at !== null; depth += 1) {
    const { code, cause } = at as { code?: unknown; cause?: unknown }
    if (typeof code === 'string' && identifier.test(code)) return code
    at = cause
  }
  return undefined
}
