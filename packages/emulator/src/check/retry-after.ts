import type { Answer } from './answer.ts'

/**
 * Returns what `Retry-After` says (RFC 9110 §10.2.3), in ms. A date counts from the answer's own `Date`. Undefined without
 * a readable value.
 */
export function retryAfterMs({ headers, at }: Answer): number | undefined {
  const value = headers.get('retry-after')?.trim() ?? ''
  if (/^\d+$/.test(value)) return Number(value) * 1000
  const date = Date.parse(value)
  const sentAt = Date.parse(headers.get('date') ?? '')
  return Number.isNaN(date) ? undefined : Math.max(0, date - (Number.isNaN(sentAt) ? at : sentAt))
}
