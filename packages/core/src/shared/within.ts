import type { SessionClock } from './session-clock.ts'

/** The longest time that a 401 waits for its body or for a merchant's hook. */
export const patienceMs = 2000

/** Waits for an outcome at most 2 s; returns undefined after that. Without a clock it waits as long as it takes. */
export async function within<T>(
  clock: SessionClock | undefined,
  outcome: T | PromiseLike<T>,
): Promise<T | undefined> {
  let timer: unknown
  const end = new Promise<undefined>((resolve) => {
    timer = clock?.setTimeout(() => resolve(undefined), patienceMs)
  })
  try {
    return await Promise.race([outcome, end])
  } finally {
    clock?.clearTimeout(timer)
  }
}
