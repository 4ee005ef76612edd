/**
 * When `Retry-After` allows the next request, as a moment of our clock, which says `now` (RFC 9110 §10.2.3):
 * in seconds, or at a date, measured by the server's own clock.
 */
export function retryAtOf(headers: Headers, now: number): number | undefined {
  const value = headers.get('Retry-After') ?? ''
  if (/^\d+$/.test(value)) return now + Number(value) * 1000
  const at = Date.parse(value)
  return Number.isNaN(at) ? undefined : now + at - (dateOf(headers) ?? now)
}

/** The server's clock in ms, where the page may read it. */
export function dateOf(headers: Headers): number | undefined {
  const at = Date.parse(headers.get('Date') ?? '')
  return Number.isNaN(at) ? undefined : at
}
