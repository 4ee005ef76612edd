import type { DrillFleet } from './drill-fleet.ts'

/** The results of several checkouts. */
export interface Checkouts {
  /** Checkouts that began. */
  begun: number
  /** Checkouts whose session token was not minted, or was refused by the API. */
  failed: number
  /** Checkouts without a verdict, because the API throttled or failed. */
  unknown: number
  /** The session tokens that the API accepted. */
  tokens: string[]
}

const concurrent = 4

/** Runs `count` checkouts, a few at a time. Each mints a session token and uses it. */
export async function checkouts(fleet: DrillFleet, pool: string, count: number): Promise<Checkouts> {
  const seen: Checkouts = { begun: 0, failed: 0, unknown: 0, tokens: [] }
  const worker = async (): Promise<void> => {
    while (seen.begun < count) {
      seen.begun++
      await checkout(fleet, pool, seen)
    }
  }
  await Promise.all(Array.from({ length: concurrent }, worker))
  return seen
}

async function checkout(fleet: DrillFleet, pool: string, seen: Checkouts): Promise<void> {
  const token = await fleet.checkout(pool).catch(() => undefined)
  const verdict = token === undefined ? 'refused' : await fleet.use(token)
  if (verdict === 'refused') seen.failed++
  else if (verdict === 'unknown') seen.unknown++
  else if (token !== undefined) seen.tokens.push(token)
}

/** Counts the session tokens that the API still accepts. */
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
