/** What may be a token, or a part of one: a prefix and more than a word, or the beginning of a JWT. */
const tokenLike = /\b[a-z]{2,10}_[\w.-]{6,}|eyJ[\w.-]*/gi

/**
 * What a token source threw, as the cause of our error. A parser's message quotes what it could not read, which
 * here may be a token: such an error is replaced by one that does not.
 */
export function safeCause(cause: unknown): unknown {
  if (cause instanceof SyntaxError) return new SyntaxError('The answer could not be parsed.')
  const text = cause instanceof Error ? `${cause.name}: ${cause.message}` : String(cause)
  if (text.search(tokenLike) < 0) return cause
  return new Error(text.replaceAll(tokenLike, '(not shown)'))
}
