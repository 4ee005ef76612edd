/** Views untrusted input as a record; returns an empty one if it is not an object. */
export function asRecord(value: unknown): Record<PropertyKey, unknown> {
  return typeof value === 'object' && value !== null ? (value as Record<PropertyKey, unknown>) : {}
}
