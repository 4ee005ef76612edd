import type { ForageServer } from '../../server/forage-server.ts'
import { fingerprint } from '../../shared/fingerprint.ts'
import type { CommandLine } from '../command-line.ts'
import type { Configuration } from '../configuration/configuration.ts'
import type { Outcome } from '../outcome.ts'
import { openDrillFleet, type DrillFleet } from './drill-fleet.ts'
import { alive, checkouts } from './drill-load.ts'
import { drillText, isGood, type DrillReport } from './drill-report.ts'
import { drillTarget } from './drill-target.ts'

// The whole drill uses about a third of the requests that the API allows one address in five minutes.
const checkoutCount = 20

/** Rehearses a rotation under load and a leak, and reports whether both went well. */
export async function drill(configuration: Configuration, line: CommandLine): Promise<Outcome> {
  const { host, merchantAccount } = await drillTarget(configuration, line)
  await using fleet = await openDrillFleet(configuration, merchantAccount)
  const before = await tokenOf(fleet.instances[0]!, fleet.leaking)
  const others = await checkouts(fleet, fleet.other, checkoutCount / 4)
  const { rotation, sessionTokens } = await rehearseRotation(fleet)
  // Read it from the instance that rotated: the others may serve the previous token from memory for 30 s.
  const after = await tokenOf(fleet.instances[1]!, fleet.leaking)
  const compromise = await rehearseCompromise(fleet, [before, after], sessionTokens, others.tokens)
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
  const early = await checkouts(fleet, fleet.leaking, checkoutCount)
  const [during, { fingerprint: to, previous }] = await Promise.all([
    checkouts(fleet, fleet.leaking, checkoutCount),
    fleet.instances[1]!.pool(fleet.leaking).rotate(),
  ])
  const late = await checkouts(fleet, fleet.leaking, checkoutCount)
  const all = [early, during, late]
  const sessionTokens = all.flatMap(({ tokens }) => tokens)
  const still = await alive(fleet, sessionTokens)
  const sum = (key: 'failed' | 'unknown'): number => all.reduce((total, each) => total + each[key], 0)
  const failed = sum('failed') + sessionTokens.length - still.alive - still.unknown
  const unknown = sum('unknown') + still.unknown
  return {
    rotation: { from: previous ?? '', to, sessionTokens: 3 * checkoutCount, failed, unknown },
    sessionTokens,
  }
}

async function rehearseCompromise(
  fleet: DrillFleet,
  leaked: string[],
  sessionTokens: string[],
  othersTokens: string[],
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
    others: { issued: othersTokens.length, ...(await alive(fleet, othersTokens)) },
    recoveryMs,
    firstGoodMs,
  }
}
