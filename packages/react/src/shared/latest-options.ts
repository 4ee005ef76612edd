/** Numbers for objects that differ only by identity, such as an `AbortSignal`. */
const numbers = new WeakMap<object, number>()
let count = 0

/**
 * Returns a text that is the same for equal options. All functions count as equal: a component creates its inline
 * functions again in each render, and {@link followLatest} forwards each call to the latest one.
 */
export function optionsKey(options: object | undefined): string {
  return JSON.stringify(options ?? {}, (_, value: unknown) => {
    if (typeof value === 'function') return 'ƒ'
    if (typeof value !== 'object' || value === null || isPlainObject(value)) return value
    // JSON.stringify would turn Headers, URLSearchParams, sets and maps into {}.
    return Symbol.iterator in value ? [...(value as Iterable<unknown>)] : numberOf(value)
  })
}

/** Returns a copy of `value` in which each function calls its counterpart in `latest()`, read at each call. */
export function followLatest<T>(value: T, latest: () => T): T {
  if (typeof value === 'function') return forwarder(latest as () => (...args: unknown[]) => unknown) as T
  if (Array.isArray(value)) {
    return value.map((item: unknown, index) => followLatest(item, () => (latest() as unknown[])[index])) as T
  }
  if (!isPlainObject(value)) return value
  const entries = Object.entries(value).map(([name, item]): [string, unknown] => [
    name,
    followLatest(item, () => (latest() as Record<string, unknown>)[name]),
  ])
  return Object.fromEntries(entries) as T
}

function forwarder(latest: () => (...args: unknown[]) => unknown): (...args: unknown[]) => unknown {
  return (...args) => latest()(...args)
}

function numberOf(value: object): number | undefined {
  if (!numbers.has(value)) numbers.set(value, (count += 1))
  return numbers.get(value)
}

function isPlainObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype
}
