/*
 * The kinds of members that the decoders of the mobile SDKs need, as patterns. Swift's Codable takes exact types only, and
 * Android's JSONObject converts numbers and booleans to text.
 */

/** A string. */
export function text(value: unknown): boolean {
  return typeof value === 'string'
}

/** A value that JSONObject reads as a string. */
export function readableText(value: unknown): boolean {
  return text(value) || typeof value === 'number' || flag(value)
}

export function integer(value: unknown): boolean {
  return Number.isInteger(value)
}

export function flag(value: unknown): boolean {
  return typeof value === 'boolean'
}

export function texts(value: unknown): boolean {
  return Array.isArray(value) && value.every(text)
}

/** An object whose members are strings. */
export function textMap(value: unknown): boolean {
  return typeof value === 'object' && value !== null && Object.values(value).every(text)
}

/** Returns the kind of a member that may also be null or absent. */
export function optional(kind: (value: unknown) => boolean): (value: unknown) => boolean {
  const optionalKind = (value: unknown): boolean => value === undefined || value === null || kind(value)
  return Object.defineProperty(optionalKind, 'name', { value: `${kind.name}, null or absent` })
}
