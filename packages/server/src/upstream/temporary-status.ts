const temporary = new Set([408, 421, 423, 425, 429])

/**
 * Returns whether a 4xx says that the same request may succeed later: a timeout, a wrong connection, a lock, an early
 * request, or a limit (RFC 9110 §15.5, RFC 4918 §11.3, RFC 8470 §5.2, RFC 6585 §4).
 */
export function isTemporaryStatus(status: number): boolean {
  return temporary.has(status)
}
