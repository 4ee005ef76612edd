/** Views untrusted input as a record, whatever it is: members that it does not have are undefined. */
export function asRecord(value: unknown): Record<PropertyKey, unknown> {
  return Object(value) as Record<PropertyKey, unknown>
}
