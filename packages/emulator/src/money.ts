/** Cents of a decimal such as `"20.00"` or `20`, or undefined if it is none, or has more than two decimals. */
export function parseAmount(value: unknown): number | undefined {
  const text = typeof value === 'number' ? String(value) : value
  if (typeof text !== 'string' || !/^\d{1,9}(\.\d{1,2})?$/.test(text)) return undefined
  return Math.round(Number(text) * 100)
}

/** The API writes decimals as strings with two digits. */
export function formatAmount(cents: number): string {
  return (cents / 100).toFixed(2)
}
