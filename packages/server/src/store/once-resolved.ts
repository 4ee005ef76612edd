/** Computes a value until it succeeds once. Callers share the value, never the promise: see `waitUntil`. */
export function onceResolved<T>(compute: () => Promise<T>): () => Promise<T> {
  let value: { is: T } | undefined
  return async () => (value ??= { is: await compute() }).is
}
