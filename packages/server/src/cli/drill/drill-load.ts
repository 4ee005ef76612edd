import type { DrillFleet } from './drill-fleet.ts'

export interface Checkouts {
  /** Session tokens asked for. */
  asked: number
  /** Not minted, or refused by the API. */
  failed: number
  /** The API gave no answer about them: throttled, or an error. */
  unknown: number
  /** Those that were good, for later. */
  tokens: string[]
}

const concurrent = 4

/** So many customers, a few at a time: each gets a session token and uses it. */
export async function checkouts(fleet: DrillFleet, pool: string, count: number): Promise<Checkouts> {
  const seen: Checkouts = { asked: 0, failed: 0, unknown: 0, tokens: [] }
  const customers = async (): Promise<void> => {
    while (seen.asked < count) {
      seen.asked++
      await customer(fleet, pool, seen)
    }
  }
  await Promise.all(Array.from({ length: concurrent }, customers))
  return seen
}

async function customer(fleet: DrillFleet, pool: string, seen: Checkouts): Promise<void> {
  const token = await fleet.checkout(pool).catch(() => undefined)
  const verdict = token === undefined ? 'refused' : await fleet.use(token)
  if (verdict === 'refused') seen.failed++
  else if (verdict === 'unknown') seen.unknown++
  else if (token !== undefined) seen.tokens.push(token)
}

/** How many of them the API still takes. */
export async function alive(
  fleet: DrillFleet,
  tokens: readonly string[],
): Promise<{ alive: number; unknown: number }> {
  const counted = { alive: 0, unknown: 0 }
  for (const token of tokens) {
    const verdict = await fleet.use(token)
    if (verdict === 'accepted') counted.alive++
    if (verdict === 'unknown') counted.unknown++
  }
  return counted
}
