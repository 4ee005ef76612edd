/** `Retry-After` in ms from `now`: seconds or an HTTP date (RFC 9110 §10.2.3); undefined if it says nothing. */
export function retryAfterMs(headers: Headers, now: number): number | undefined {
  const value = headers.get('retry-after') ?? ''
  const ms = /^\d+$/.test(value) ? Number(value) * 1000 : Date.parse(value) - now
  return Number.isNaN(ms) ? undefined : Math.max(ms, 0)
}
