/** Returns the cents of a decimal such as `"20.00"` or `20`. Returns undefined for other values or more decimals. */
export function parseAmount(value: unknown): number | undefined {
  const text = typeof value === 'number' ? String(value) : value
  if (typeof text !== 'string' || !/^\d{1,9}(\.\d{1,2})?$/.test(text)) return undefined
  return Math.round(Number(text) * 100)
}

/** Writes cents as a string with two decimals, like the API. */
export function formatAmount(cents: number): string {
  return (cents / 100).toFixed(2)
}
