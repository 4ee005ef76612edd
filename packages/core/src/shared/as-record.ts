/** Views untrusted input as a record, whatever it is: members that it does not have are undefined. */
export function asRecord(value: unknown): Record<PropertyKey, unknown> {
  return Object(value) as Record<PropertyKey, unknown>
}

/** Copies the own members of an object: what other code added to `Object.prototype` is not read. */
export function ownMembers<T extends object>(value: T | undefined): T {
  return { __proto__: null, ...value } as T
}
