import { onePool } from './command-line.ts'
import type { Configuration } from './configuration/configuration.ts'
import { openStore } from './fleet/open-store.ts'
import { onServer } from './fleet/server-on-store.ts'
import { assertInUse } from './fleet/slot-reading.ts'
import type { Outcome } from './outcome.ts'
import { when } from './terminal/when.ts'

/** Replaces the token of a pool. The old token lives until its last session token has expired, so nothing fails. */
export async function rotate(configuration: Configuration, pool: string | undefined): Promise<Outcome> {
  const name = onePool(configuration.server.pools, pool)
  await using opened = await openStore(configuration)
  await assertInUse(configuration, opened.store, name)
  const rotation = await onServer(configuration, opened.store, (forage) => forage.pool(name).rotate())
  const { fingerprint, previous, expiresAt, revokesPreviousAt } = rotation
  const now = configuration.resolved.clock.now()
  const before =
    previous === null || revokesPreviousAt === null
      ? 'There was no previous token.'
      : `The servers revoke the previous token ${previous} after ${when(revokesPreviousAt, now)}.`
  return {
    ok: true,
    facts: rotation,
    text: `${name}: token ${fingerprint}, expires ${when(expiresAt, now)}. ${before}`,
  }
}
