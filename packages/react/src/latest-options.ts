/**
 * A text that is the same for the same options. Functions count as equal, because they are forwarded
 * ({@link followLatest}): an inline function in a component is another one in each render.
 */
export function optionsKey(options: object | undefined): string {
  return JSON.stringify(options ?? {}, (_, value: unknown) => {
    if (typeof value === 'function') return 'ƒ'
    // Headers, URLSearchParams, sets and maps have no JSON of their own.
    return isIterable(value) ? [...value] : value
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

function isIterable(value: unknown): value is Iterable<unknown> {
  return typeof value === 'object' && value !== null && Symbol.iterator in value
}

function isPlainObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype
}
