import type { Configuration } from './configuration/configuration.ts'
import { onePool } from './fleet/one-pool.ts'
import { openStore } from './fleet/opened-store.ts'
import type { Outcome } from './outcome.ts'
import { serverOf } from './fleet/fleet-member.ts'
import { assertInUse } from './fleet/slot-in-use.ts'
import { when } from './terminal/when.ts'

/** A new token for a pool. Nothing fails: the old one lives until its last session token has run out. */
export async function rotate(configuration: Configuration, pool: string | undefined): Promise<Outcome> {
  const name = onePool(configuration.pools, pool)
  await using opened = await openStore(configuration)
  await assertInUse(configuration, opened.store, name)
  const forage = serverOf(configuration, opened.store)
  const rotation = await forage.pool(name).rotate()
  await forage.close()
  const { fingerprint, previous, expiresAt, revokesPreviousAt } = rotation
  const now = configuration.resolved.clock.now()
  const before =
    previous === null || revokesPreviousAt === null
      ? 'There was none before.'
      : `The one before, ${previous}, is revoked by the servers from ${when(revokesPreviousAt, now)}.`
  return {
    ok: true,
    facts: rotation,
    text: `${name}: token ${fingerprint}, ends ${when(expiresAt, now)}. ${before}`,
  }
}
