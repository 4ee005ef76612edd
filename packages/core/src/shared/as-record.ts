/** Views untrusted input as a record; returns an empty one if it is not an object. */
export function asRecord(value: unknown): Record<PropertyKey, unknown> {
  return typeof value === 'object' && value !== null
    ? (value as Record<PropertyKey, unknown>)
    : ownMembers({})
}

/** Copies the own members of an object: what other code added to `Object.prototype` is not read. */
export function ownMembers<T extends object>(value: T | undefined): T {
  return { __proto__: null, ...value } as T
}
