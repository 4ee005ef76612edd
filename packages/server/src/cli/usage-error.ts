/** Nothing was tried: an argument or a variable is missing or wrong. The message says what to do. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}
