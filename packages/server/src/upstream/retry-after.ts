const second = 1000

/** The longest wait that a server can ask for. */
export const maxRetryAfterMs: number = 60 * 60 * second
/** The wait after a 429 without a readable `Retry-After`. */
export const throttledMs: number = 60 * second

/** Statuses with which a server may ask its clients to wait (RFC 6585 §4, RFC 9110 §15.6.4). */
const waitingStatuses = new Set([429, 503])

/**
 * Reads `Retry-After` of a 429 or 503 as ms from `now`: seconds, also fractions, or an HTTP date (RFC 9110 §10.2.3). A
 * date counts from the answer's own `Date`, because the clocks may differ. At most an hour. Undefined for another status,
 * and if the header is absent or unreadable.
 */
export function retryAfterMs(status: number, headers: Headers, now: number): number | undefined {
  if (!waitingStatuses.has(status)) return undefined
  const value = (headers.get('retry-after') ?? '').trim()
  const ms = /^\d+(\.\d+)?$/.test(value) ? Number(value) * second : fromDate(value, headers, now)
  return ms === undefined ? undefined : Math.min(Math.max(Math.ceil(ms), 0), maxRetryAfterMs)
}

function fromDate(value: string, headers: Headers, now: number): number | undefined {
  const at = httpDate(value)
  return at === undefined ? undefined : at - (httpDate(headers.get('date') ?? '') ?? now)
}

/**
 * Reads an HTTP date in one of its three formats (RFC 9110 §5.6.7), or an ISO date. `Date.parse` alone would also accept
 * text like `5 minutes` or `1.5`.
 */
function httpDate(text: string): number | undefined {
  if (!/^[A-Z][a-z]+,? .*\d:\d\d|^\d{4}-\d\d-\d\dT.*Z$/.test(text)) return undefined
  // The format of asctime has no time zone, and means UTC.
  const at = Date.parse(/GMT$|Z$/.test(text) ? text : `${text} GMT`)
  return Number.isNaN(at) ? undefined : at
}
