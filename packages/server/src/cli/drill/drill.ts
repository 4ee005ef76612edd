import type { ForageServer } from '../../server/forage-server.ts'
import { fingerprint } from '../../shared/fingerprint.ts'
import type { CommandLine } from '../command-line.ts'
import type { Configuration } from '../configuration/configuration.ts'
import { openDrillFleet, type DrillFleet } from './drill-fleet.ts'
import { alive, checkouts } from './drill-load.ts'
import { drillTarget } from './drill-target.ts'
import { drillText } from './drill-text.ts'
import type { Outcome } from '../outcome.ts'

export interface DrillReport {
  host: string
  store: 'redis' | 'memory'
  instances: number
  /** A rotation while customers come: none of their tokens may fail, then or afterwards. */
  rotation: { from: string; to: string; sessionTokens: number; failed: number; unknown: number }
  compromise: {
    /** Authentication tokens of the pool, each used once more afterwards. */
    tokens: { fingerprint: string; dead: boolean }[]
    /** Session tokens that came of them, each used once more. */
    sessionTokens: { issued: number; alive: number; unknown: number }
    /** The pool beside it. */
    others: { issued: number; alive: number; unknown: number }
    /** From the call until the pool had a new token, and until a customer had used a session token, in ms. */
    recoveryMs: number | null
    firstGoodMs: number | null
  }
}

// With what follows, about a third of what the API takes from one address in five minutes.
const customers = 20

/** A rehearsal: rotation under load, and a leak. */
export async function drill(configuration: Configuration, line: CommandLine): Promise<Outcome> {
  const { host, merchantAccount } = await drillTarget(configuration, line)
  await using fleet = await openDrillFleet(configuration, merchantAccount)
  const before = await tokenOf(fleet.instances[0]!, fleet.leaking)
  const beside = await checkouts(fleet, fleet.other, customers / 4)
  const { rotation, sessionTokens } = await rehearseRotation(fleet)
  // Of the instance that rotated: another may serve the one before from memory, for half a minute.
  const after = await tokenOf(fleet.instances[1]!, fleet.leaking)
  const compromise = await rehearseCompromise(fleet, [before, after], sessionTokens, beside.tokens)
  const { store, instances } = fleet
  const report: DrillReport = { host, store, instances: instances.length, rotation, compromise }
  return { ok: isGood(report), facts: report, text: drillText(report, isGood(report)) }
}

function tokenOf(instance: ForageServer, pool: string): Promise<string> {
  return instance.pool(pool).getToken()
}

async function rehearseRotation(
  fleet: DrillFleet,
): Promise<{ rotation: DrillReport['rotation']; sessionTokens: string[] }> {
  const early = await checkouts(fleet, fleet.leaking, customers)
  const [during, { fingerprint: to, previous }] = await Promise.all([
    checkouts(fleet, fleet.leaking, customers),
    fleet.instances[1]!.pool(fleet.leaking).rotate(),
  ])
  const late = await checkouts(fleet, fleet.leaking, customers)
  const all = [early, during, late]
  const sessionTokens = all.flatMap(({ tokens }) => tokens)
  const still = await alive(fleet, sessionTokens)
  const sum = (of: 'failed' | 'unknown'): number => all.reduce((total, each) => total + each[of], 0)
  const failed = sum('failed') + sessionTokens.length - still.alive - still.unknown
  const unknown = sum('unknown') + still.unknown
  return {
    rotation: { from: previous ?? '', to, sessionTokens: 3 * customers, failed, unknown },
    sessionTokens,
  }
}

async function rehearseCompromise(
  fleet: DrillFleet,
  leaked: string[],
  sessionTokens: string[],
  beside: string[],
): Promise<DrillReport['compromise']> {
  const startedAt = performance.now()
  const emergency = { reason: 'drill' }
  const { recoveryMs } = await fleet.instances[2]!.pool(fleet.leaking).compromise(emergency)
  const next = await checkouts(fleet, fleet.leaking, 1)
  const firstGoodMs = next.tokens.length > 0 ? Math.round(performance.now() - startedAt) : null
  const verdicts = await Promise.all(leaked.map((token) => fleet.probe(token)))
  const tokens = leaked.map((token, i) => ({
    fingerprint: fingerprint(token),
    dead: verdicts[i] === 'refused',
  }))
  return {
    tokens,
    sessionTokens: { issued: sessionTokens.length, ...(await alive(fleet, sessionTokens)) },
    others: { issued: beside.length, ...(await alive(fleet, beside)) },
    recoveryMs,
    firstGoodMs,
  }
}

/** What the API gave no answer about proves nothing: then it is no success. */
function isGood({ rotation, compromise }: DrillReport): boolean {
  const { tokens, sessionTokens, others, firstGoodMs } = compromise
  const { from, to, failed, unknown } = rotation
  const hasRotated = from !== to && failed + unknown === 0
  const areBoth = [from, to].every((mark) => tokens.some(({ fingerprint: each }) => each === mark))
  const isDead =
    areBoth && tokens.every(({ dead }) => dead) && sessionTokens.alive + sessionTokens.unknown === 0
  return hasRotated && isDead && others.issued > 0 && others.alive === others.issued && firstGoodMs !== null
}
