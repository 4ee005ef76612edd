import type { ResolvedPool } from '../../server/server-options.ts'
import type { TokenStore } from '../../store/token-store.ts'
import type { Configuration } from '../configuration/configuration.ts'
import { finding, type Finding } from '../configuration/finding.ts'
import { readSlot, type SlotReading } from '../fleet/slot-reading.ts'
import { duration, when } from '../terminal/when.ts'
import type { Examination } from './doctor.ts'

/** What the servers have put into the store, pool by pool. */
export async function examineSlots({ resolved }: Configuration, store: TokenStore): Promise<Examination[]> {
  return Promise.all(
    resolved.pools.map(async (pool) => {
      const name = `slot of ${pool.name}`
      try {
        return {
          name,
          findings: judgeSlot(pool, await readSlot(store, resolved, pool), resolved.clock.now()),
        }
      } catch {
        return { name, findings: [sealedOtherwise(pool)] }
      }
    }),
  )
}

function judgeSlot(pool: ResolvedPool, { doc, isThere, unreadable }: SlotReading, now: number): Finding[] {
  if (!isThere) return [empty(pool)]
  if (unreadable > 0) return [sealedOtherwise(pool)]
  if (doc.frozen) return [frozen(pool, doc.frozen, now)]
  return doc.current ? [...wrongScope(pool, doc.current.scope), ...wrongLifetime(pool, doc.current)] : []
}

function empty({ name }: ResolvedPool): Finding {
  return finding('note', 'slot-empty', [
    `Pool "${name}" has nothing in Redis under this configuration`,
    'No server has minted yet; or servers run with another environment, client, scope or pool name, or with `credentials` that are a function: then this command looks in another place than they.',
    'With servers running, compare their options with these variables.',
  ])
}

function sealedOtherwise({ name }: ResolvedPool): Finding {
  return finding('error', 'slot-unreadable', [
    `What Redis holds for pool "${name}" cannot be read with these keys`,
    'It was sealed with a key that is not here, or changed by somebody else.',
    'Set all FORAGE_SEAL_KEY_… as in the servers. If a key is lost: revokeAll, with new keys.',
  ])
}

function frozen(
  { name }: ResolvedPool,
  { reason, at }: { reason: string; at: number },
  now: number,
): Finding {
  return finding('error', 'pool-frozen', [
    `Pool "${name}" is frozen since ${when(at, now)}: ${reason}`,
    'Nothing is minted and nothing is handed out.',
    `forage.pool("${name}").thaw(), when the reason is gone.`,
  ])
}

function wrongScope({ name, scope }: ResolvedPool, granted: string): Finding[] {
  if (granted.split(' ').toSorted().join(' ') === scope.split(' ').toSorted().join(' ')) return []
  return [
    finding('error', 'scope-differs', [
      `The token of pool "${name}" has scope "${granted}", not "${scope}"`,
      'It is refused where it is used.',
      'Ask Forage to enable the scope for this client, then rotate the pool.',
    ]),
  ]
}

function wrongLifetime(
  { name, lifetimeSeconds }: ResolvedPool,
  { obtainedAt, expiresAt }: { obtainedAt: number; expiresAt: number },
): Finding[] {
  const lifetimeMs = expiresAt - obtainedAt
  if (Math.abs(lifetimeMs - lifetimeSeconds * 1000) < 60_000) return []
  return [
    finding('note', 'lifetime-differs', [
      `The token of pool "${name}" lives ${duration(lifetimeMs)}, not ${duration(lifetimeSeconds * 1000)}`,
      'Servers ask for another lifetime than FORAGE_POOLS says, or Forage answers with another.',
      'Compare lifetimeSeconds with the servers.',
    ]),
  ]
}
