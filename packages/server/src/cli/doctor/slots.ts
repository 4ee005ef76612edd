import type { ResolvedPool } from '../../server/server-options.ts'
import { errorCode } from '../../shared/safe-cause.ts'
import { unknownTokens, type TokenRecord } from '../../slot/slot-document.ts'
import { sealingKeyOf, type SealingKeys } from '../../store/sealing.ts'
import type { TokenStore } from '../../store/token-store.ts'
import type { Configuration } from '../configuration/configuration.ts'
import { finding, type Examination, type Finding } from '../configuration/finding.ts'
import { readSlot, type SlotReading } from '../fleet/slot-reading.ts'
import { duration, when } from '../terminal/when.ts'
import { storeRefuses, tryStore } from './store-trial.ts'

/** Checks the slot of each pool in the store. `trial` finds what the store refuses next to the slot. */
export async function examineSlots(
  { resolved, keys }: Pick<Configuration, 'resolved'> & { keys: SealingKeys },
  store: TokenStore,
  trial: typeof tryStore = tryStore,
): Promise<Examination[]> {
  return Promise.all(
    resolved.pools.map(async (pool) => {
      const name = `slot of ${pool.name}`
      const now = resolved.clock.now()
      try {
        const reading = await readSlot(store, resolved, pool)
        const refusals = await trial(store, reading.key, resolved.clock)
        return { name, findings: [...judgeSlot(pool, reading, keys, now), ...refusals] }
      } catch (error) {
        return { name, findings: [isGarbled(error) ? garbled(pool) : storeRefuses(error)] }
      }
    }),
  )
}

function judgeSlot(
  pool: ResolvedPool,
  { doc, isThere, unreadable }: SlotReading,
  keys: SealingKeys,
  now: number,
): Finding[] {
  if (!isThere) return [empty(pool)]
  if (unreadable.length > 0) return [sealedOtherwise(pool, unreadable, keys)]
  if (doc.frozen) return [frozen(pool, doc.frozen, now)]
  const unknown = unknownTokens(doc, now)
  return [
    ...(unknown > 0 ? [mayBeAlive(pool, unknown)] : []),
    ...(doc.current ? [...wrongScope(pool, doc.current.scope), ...wrongLifetime(pool, doc.current)] : []),
  ]
}

function empty({ name }: ResolvedPool): Finding {
  return finding('note', 'slot-empty', [
    `Pool "${name}" has no slot in the store with this configuration`,
    'No server has minted a token yet, or the servers use another environment, client, scope or pool name, or a function as `credentials`, and therefore another slot. Or the store lost it.',
    'If servers are running, compare their options with these variables.',
  ])
}

function sealedOtherwise({ name }: ResolvedPool, tokens: readonly TokenRecord[], keys: SealingKeys): Finding {
  const ids = [...new Set(tokens.map(({ token }) => sealingKeyOf(token) ?? 'unknown'))]
  const missing = ids.filter((id) => !Object.hasOwn(keys, id))
  const which =
    missing.length > 0
      ? `with the key ${missing.join(', ')}, which is not set here`
      : `with another value of the key ${ids.join(', ')} than the one set here`
  return finding('error', 'slot-unreadable', [
    `${tokens.length} tokens of pool "${name}" are sealed ${which}`,
    'No command can revoke them, and servers that differ in their keys do not share a token.',
    'Set every FORAGE_SEAL_KEY_… as on the servers (k2 is FORAGE_SEAL_KEY_2). If a key is lost, set new keys and call revokeAll.',
  ])
}

function isGarbled(error: unknown): boolean {
  const code = errorCode(error)
  return code === undefined || code === 'UNREADABLE_SLOT'
}

function garbled({ name }: ResolvedPool): Finding {
  return finding('error', 'slot-unreadable', [
    `The slot of pool "${name}" is not a document of this package (UNREADABLE_SLOT)`,
    'Other software, or another version of this package, changed it.',
    'Find out which software writes keys that begin with fst:1:, then delete the slot: running servers store it again.',
  ])
}

function mayBeAlive({ name }: ResolvedPool, count: number): Finding {
  return finding('note', 'tokens-unknown', [
    `${count} tokens of pool "${name}" may be alive that no command can name`,
    'Answers of the token endpoint were lost, or the store lost the slot. They expire within their lifetime.',
    'Nothing, unless a token leaked: then call revokeAll, because compromise does not reach them.',
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
