/** A possible token or part of one (but no code like `ERR_NETWORK`), or the beginning of a JWT. */
const tokenLike = /\b[a-zA-Z]{2,10}_(?![A-Z_]+\b)[\w.-]{6,}|eyJ[\w.-]*/g

/**
 * Returns an error of a token source in a form that is safe as the cause of ours. A parser's message quotes what
 * it could not read, which may be a token, and the error of an HTTP client holds the response: such an error is
 * replaced by its own text, without the token.
 */
export function safeCause(cause: unknown): unknown {
  if (cause instanceof SyntaxError) return new SyntaxError('The response could not be parsed.')
  if (printed(cause).search(tokenLike) < 0) return cause
  const text = cause instanceof Error ? `${cause.name}: ${cause.message}` : String(cause)
  return new Error(text.replaceAll(tokenLike, '(not shown)'))
}

/** Returns what a logger prints of a value. A value that cannot be printed counts as a token. */
function printed(value: unknown): string {
  try {
    const json = (JSON.stringify(value) as string | undefined) ?? ''
    return value instanceof Error ? `${value.name}: ${value.message} ${json} ${printed(value.cause)}` : json
  } catch {
    return 'eyJ'
  }
}
