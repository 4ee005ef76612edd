/** `Retry-After` in ms from now (RFC 9110 §10.2.3): seconds, or a date, measured by the server's own clock. */
export function retryAfterMs(headers: Headers, now: number): number | undefined {
  const value = headers.get('Retry-After')
  if (value === null) return undefined
  if (/^\d+$/.test(value.trim())) return Number(value) * 1000
  const at = Date.parse(value)
  return Number.isNaN(at) ? undefined : Math.max(0, at - (serverTimeMs(headers) ?? now))
}

/** The server's clock, where the page may read it. */
export function serverTimeMs(headers: Headers): number | undefined {
  const at = Date.parse(headers.get('Date') ?? '')
  return Number.isNaN(at) ? undefined : at
}
