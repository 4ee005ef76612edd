/** Tells apart what only its identity does: a signal says nothing of itself. */
const numbers = new WeakMap<object, number>()
let count = 0

/**
 * A text that is the same for the same options. Functions count as equal, because they are forwarded
 * ({@link followLatest}): an inline function in a component is another one in each render.
 */
export function optionsKey(options: object | undefined): string {
  return JSON.stringify(options ?? {}, (_, value: unknown) => {
    if (typeof value === 'function') return 'ƒ'
    if (typeof value !== 'object' || value === null || isPlainObject(value)) return value
    // Headers, URLSearchParams, sets and maps have no JSON of their own.
    return Symbol.iterator in value ? [...(value as Iterable<unknown>)] : numberOf(value)
  })
}

/** `value` with each function in it calling the one that is in `latest()` at the time of the call. */
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
