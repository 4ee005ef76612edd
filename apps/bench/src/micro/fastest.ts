type Work = () => Promise<unknown>

const rounds = 25
const roundMs = 20

/**
 * Returns the shortest time of one call, in ns, for each function. Their rounds alternate, so that other work on the
 * machine slows all of them. The fastest round is the one with the least disturbance.
 */
export async function fastest(works: readonly Work[]): Promise<number[]> {
  const calls: number[] = []
  for (const work of works) calls.push(await callsPerRound(work))
  const best = works.map(() => Infinity)
  for (let round = 0; round < rounds; round += 1) {
    for (const [index, work] of works.entries()) {
      const count = calls[index] ?? 1
      best[index] = Math.min(best[index] ?? Infinity, ((await timed(work, count)) / count) * 1e6)
    }
  }
  return best
}

/** Returns enough calls for a measurable round, so that the engine also compiles the function. */
async function callsPerRound(work: Work): Promise<number> {
  let count = 100
  for (;;) {
    const tookMs = await timed(work, count)
    if (tookMs >= roundMs) return count
    count = Math.ceil(count * Math.min(10, (1.2 * roundMs) / Math.max(tookMs, 0.1)))
  }
}

async function timed(work: Work, count: number): Promise<number> {
  const startedAt = performance.now()
  for (let call = 0; call < count; call += 1) await work()
  return performance.now() - startedAt
}
