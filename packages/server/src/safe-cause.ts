const identifier = /^\w{1,64}$/

/**
 * What may be kept of a foreign error: its class and its system code. HTTP clients put the request into their
 * errors, and with it the `Authorization` header (axios#6919), so neither message nor fields are copied.
 */
export function safeCause(error: unknown): Error {
  const code = errorCode(error)
  const name = error instanceof Error && identifier.test(error.name) ? error.name : 'Error'
  return new Error(code === undefined ? name : `${name} (${code})`)
}

/** The system's code of an error or of its cause: undici wraps `ECONNREFUSED` in a `TypeError`. */
export function errorCode(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null) return undefined
  const { code, cause } = error as { code?: unknown; cause?: unknown }
  if (typeof code === 'string' && identifier.test(code)) return code
  return cause === error ? undefined : errorCode(cause)
}
