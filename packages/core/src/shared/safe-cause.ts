/** What may be a token, or a part of one (but no code like `ERR_NETWORK`), or the beginning of a JWT. */
const tokenLike = /\b[a-zA-Z]{2,10}_(?![A-Z_]+\b)[\w.-]{6,}|eyJ[\w.-]*/g

/**
 * What a token source threw, as the cause of our error. A parser's message quotes what it could not read, which
 * here may be a token, and an HTTP client's error holds the answer: such an error is replaced by its own text,
 * without the token.
 */
export function safeCause(cause: unknown): unknown {
  if (cause instanceof SyntaxError) return new SyntaxError('The answer could not be parsed.')
  if (printed(cause).search(tokenLike) < 0) return cause
  const text = cause instanceof Error ? `${cause.name}: ${cause.message}` : String(cause)
  return new Error(text.replaceAll(tokenLike, '(not shown)'))
}

/** As much of it as a logger prints. What cannot be told counts as a token. */
function printed(value: unknown): string {
  try {
    const json = (JSON.stringify(value) as string | undefined) ?? ''
    return value instanceof Error ? `${value.name}: ${value.message} ${json} ${printed(value.cause)}` : json
  } catch {
    return 'eyJ'
  }
}
