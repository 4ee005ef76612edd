import type { CompromiseReport } from '../pool/token-compromise.ts'
import type { CommandLine } from './command-line.ts'
import type { Configuration } from './configuration/configuration.ts'
import { confirmed } from './confirmed.ts'
import { onePool } from './fleet/one-pool.ts'
import { openStore } from './fleet/opened-store.ts'
import type { Outcome } from './outcome.ts'
import { serverOf } from './fleet/fleet-member.ts'
import { assertInUse } from './fleet/slot-in-use.ts'
import type { Terminal } from './terminal/terminal.ts'

/** Every token of the pool is revoked at once and replaced; each is verified to be dead. */
export async function compromise(
  configuration: Configuration,
  { pool, yes, reason = 'forage-tokens compromise' }: CommandLine,
  terminal: Terminal,
): Promise<Outcome> {
  const name = onePool(configuration.pools, pool)
  await using opened = await openStore(configuration)
  await assertInUse(configuration, opened.store, name)
  const harm = `Every checkout of pool "${name}" will need a new session token; a payment being sent may fail.`
  await confirmed(terminal, { yes, harm, word: name })
  const forage = serverOf(configuration, opened.store)
  const { merchantAccount } = configuration
  const report = await forage.pool(name).compromise({ reason, merchantAccount })
  await forage.close()
  const isDead = report.tokens.every(
    ({ verified, revoked }) => verified === 'dead' || (verified === 'unknown' && revoked),
  )
  return { ok: isDead && report.replacement !== null, facts: report, text: describe(report) }
}

function describe({ pool, tokens, unknownTokens, replacement, recoveryMs }: CompromiseReport): string {
  const lines = tokens.map(
    ({ fingerprint, revoked, verified }) =>
      `  ${fingerprint}  ${revoked ? 'revoked' : 'NOT REVOKED'}, ${verified === 'dead' ? 'verified dead' : `verified: ${verified}`}`,
  )
  const unknown =
    unknownTokens > 0 ? [`  ${unknownTokens} mints of unknown outcome: only revokeAll reaches those`] : []
  const recovery =
    replacement === null
      ? 'NO REPLACEMENT yet: checkouts wait (see status)'
      : `replaced by ${replacement} after ${recoveryMs} ms`
  return [`${pool}: ${tokens.length} known, ${recovery}`, ...lines, ...unknown].join('\n')
}
