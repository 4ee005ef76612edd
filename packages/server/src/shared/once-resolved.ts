/** Computes a value until it is there. Callers share the value, not the promise: see `waitUntil`. */
export function onceResolved<T>(compute: () => Promise<T>): () => Promise<T> {
  let value: { is: T } | undefined
  return async () => (value ??= { is: await compute() }).is
}
