import type { FleetClock } from '../../../packages/server/test/fleet/fleet-clock.ts'

/** Lets time pass until work that waits for the clock has ended, and returns its result. */
export async function whileTimePasses<T>(clock: FleetClock, work: Promise<T>): Promise<T> {
  const progress = { isDone: false }
  const finish = (): void => void (progress.isDone = true)
  work.then(finish, finish)
  await clock.passUntil(() => progress.isDone)
  return await work
}
