import { isDead, type CompromiseReport } from '../shared/compromise-report.ts'
import { isForageServerError, type ForageServerError } from '../shared/errors.ts'
import { onePool, type CommandLine } from './command-line.ts'
import type { Configuration } from './configuration/configuration.ts'
import { openStore } from './fleet/open-store.ts'
import { onServer } from './fleet/server-on-store.ts'
import { assertInUse } from './fleet/slot-reading.ts'
import type { Outcome } from './outcome.ts'
import { confirmed, type Terminal } from './terminal/terminal.ts'

/** Revokes every token of a pool at once, replaces them, and verifies that each is dead. */
export async function compromise(
  configuration: Configuration,
  { pool, yes, reason = 'forage-tokens compromise' }: CommandLine,
  terminal: Terminal,
): Promise<Outcome> {
  const name = onePool(configuration.server.pools, pool)
  await using opened = await openStore(configuration)
  await assertInUse(configuration, opened.store, name)
  const harm = `Every checkout of pool "${name}" will need a new session token; a payment in progress may fail.`
  await confirmed(terminal, { yes, harm, word: name })
  const { merchantAccount } = configuration
  const { report, problem } = await onServer(configuration, opened.store, (forage) =>
    reportOf(forage.pool(name).compromise({ reason, merchantAccount })),
  )
  const isOver = report.tokens.every(isDead) && report.unknownTokens === 0 && report.replacement !== null
  const facts = problem ? { ...report, error: problem } : report
  const text = [describe(report), ...(problem ? [`${problem.message}. ${problem.remedy}`] : [])].join('\n')
  return { ok: isOver && !problem, facts, text }
}

/** Returns the report of a compromise, also of one that could not do everything. Rejects with any other error. */
async function reportOf(
  compromising: Promise<CompromiseReport>,
): Promise<{ report: CompromiseReport; problem?: ForageServerError }> {
  try {
    return { report: await compromising }
  } catch (error) {
    if (!isForageServerError(error) || !error.report) throw error
    return { report: error.report, problem: error }
  }
}

function describe({ pool, tokens, unknownTokens, replacement, recoveryMs }: CompromiseReport): string {
  const lines = tokens.map(
    ({ fingerprint, revoked, verified }) =>
      `  ${fingerprint}  ${revoked ? 'revoked' : 'NOT REVOKED'}, ${verified === 'dead' ? 'verified dead' : `verified: ${verified}`}`,
  )
  const unknown =
    unknownTokens > 0
      ? [
          `  ${unknownTokens} UNKNOWN that may be alive (lost answers, another sealing key, a lost slot); revokeAll reaches them`,
        ]
      : []
  const recovery =
    replacement === null
      ? 'NO REPLACEMENT yet, checkouts wait (see status)'
      : `replaced by ${replacement} after ${recoveryMs} ms`
  return [`${pool}: ${tokens.length} known tokens, ${recovery}`, ...lines, ...unknown].join('\n')
}
