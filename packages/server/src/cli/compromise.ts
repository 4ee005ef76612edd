import { createForageServer } from '../server/forage-server.ts'
import { isDead, type CompromiseReport } from '../shared/compromise-report.ts'
import { onePool, type CommandLine } from './command-line.ts'
import type { Configuration } from './configuration/configuration.ts'
import { openStore } from './fleet/opened-store.ts'
import { assertInUse } from './fleet/slot-reading.ts'
import type { Outcome } from './outcome.ts'
import { confirmed, type Terminal } from './terminal/terminal.ts'

/** Revokes every token of a pool at once, replaces them, and verifies that each is dead. */
export async function compromise(
  configuration: Configuration,
  { pool, yes, reason = 'forage-tokens compromise' }: CommandLine,
  terminal: Terminal,
): Promise<Outcome> {
  const name = onePool(configuration.pools, pool)
  await using opened = await openStore(configuration)
  await assertInUse(configuration, opened.store, name)
  const harm = `Every checkout of pool "${name}" will need a new session token; a payment in progress may fail.`
  await confirmed(terminal, { yes, harm, word: name })
  const { environment, credentials, pools, merchantAccount } = configuration
  const forage = createForageServer({ environment, credentials, pools, store: opened.store })
  const report = await forage.pool(name).compromise({ reason, merchantAccount })
  await forage.close()
  return {
    ok: report.tokens.every(isDead) && report.unknownTokens === 0 && report.replacement !== null,
    facts: report,
    text: describe(report),
  }
}

function describe({ pool, tokens, unknownTokens, replacement, recoveryMs }: CompromiseReport): string {
  const lines = tokens.map(
    ({ fingerprint, revoked, verified }) =>
      `  ${fingerprint}  ${revoked ? 'revoked' : 'NOT REVOKED'}, ${verified === 'dead' ? 'verified dead' : `verified: ${verified}`}`,
  )
  const unknown =
    unknownTokens > 0
      ? [`  ${unknownTokens} mints with unknown outcome; only revokeAll can revoke their tokens`]
      : []
  const recovery =
    replacement === null
      ? 'NO REPLACEMENT yet, checkouts wait (see status)'
      : `replaced by ${replacement} after ${recoveryMs} ms`
  return [`${pool}: ${tokens.length} known tokens, ${recovery}`, ...lines, ...unknown].join('\n')
}
