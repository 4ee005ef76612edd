import type { ResolvedPool } from '../../server/server-options.ts'
import type { TokenStore } from '../../store/token-store.ts'
import type { Configuration } from '../configuration/configuration.ts'
import { finding, type Examination, type Finding } from '../configuration/finding.ts'
import { readSlot, type SlotReading } from '../fleet/slot-reading.ts'
import { duration, when } from '../terminal/when.ts'

/** Checks the slot of each pool in the store. */
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
    `Pool "${name}" has no slot in the store with this configuration`,
    'No server has minted a token yet, or the servers use another environment, client, scope or pool name, or a function as `credentials`, and therefore another slot.',
    'If servers are running, compare their options with these variables.',
  ])
}

function sealedOtherwise({ name }: ResolvedPool): Finding {
  return finding('error', 'slot-unreadable', [
    `The slot of pool "${name}" cannot be read with these keys`,
    'Its tokens were sealed with a missing key, or other software changed the slot.',
    'Set every FORAGE_SEAL_KEY_… as on the servers. If a key is lost, set new keys and call revokeAll.',
  ])
}

function frozen(
  { name }: ResolvedPool,
  { reason, at }: { reason: string; at: number },
  now: number,
): Finding {
  return finding('error', 'pool-frozen', [
    `Pool "${name}" has been frozen since ${when(at, now)}: ${reason}`,
    'The pool mints no token and serves no token.',
    `Call forage.pool("${name}").thaw() once the reason is gone.`,
  ])
}

function wrongScope({ name, scope }: ResolvedPool, granted: string): Finding[] {
  if (granted.split(' ').toSorted().join(' ') === scope.split(' ').toSorted().join(' ')) return []
  return [
    finding('error', 'scope-differs', [
      `The token of pool "${name}" has scope "${granted}", not "${scope}"`,
      'The API refuses it where it is used.',
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
      `The token of pool "${name}" has a lifetime of ${duration(lifetimeMs)}, not ${duration(lifetimeSeconds * 1000)}`,
      'The servers request another lifetime than FORAGE_POOLS, or Forage grants another one.',
      'Compare lifetimeSeconds with the options of the servers.',
    ]),
  ]
}
