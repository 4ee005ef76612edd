/**
 * Reads `Retry-After`, seconds or an HTTP date (RFC 9110 §10.2.3), as ms from `now`. Undefined if the header is absent or
 * unreadable.
 */
export function retryAfterMs(headers: Headers, now: number): number | undefined {
  const value = headers.get('retry-after') ?? ''
  const ms = /^\d+$/.test(value) ? Number(value) * 1000 : Date.parse(value) - now
  return Number.isNaN(ms) ? undefined : Math.max(ms, 0)
}
