/** What came from outside, to look into: an empty object for whatever is none. */
export function asRecord(value: unknown): Record<PropertyKey, unknown> {
  return typeof value === 'object' && value !== null ? (value as Record<PropertyKey, unknown>) : {}
}
