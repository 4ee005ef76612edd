import type { ServerClock } from '../../shared/clock.ts'
import { withDeadline } from '../../shared/deadline.ts'
import { errorCode } from '../../shared/safe-cause.ts'
import type { TokenStore } from '../../store/token-store.ts'
import { finding, type Finding } from '../configuration/finding.ts'

const trialTtlMs = 1000
const noticeMs = 1000

/**
 * Writes a value next to a slot, reads it, and waits for the notification of the change. The value expires after a second.
 * Returns a finding for each part that the store refuses, with the store's own word.
 */
export async function tryStore(store: TokenStore, slot: string, clock: ServerClock): Promise<Finding[]> {
  const key = `${slot}:doctor-${crypto.randomUUID()}`
  try {
    await store.now?.()
    await change(store, key)
  } catch (error) {
    return [storeRefuses(error)]
  }
  return notices(store, key, clock)
}

/** Returns the finding for an operation that the store refused. */
export function storeRefuses(error: unknown): Finding {
  const word = errorCode(error) ?? 'no code'
  const [why, remedy] = words[word] ?? words['default']!
  return finding('error', 'store-refuses', [`The store refuses an operation (${word})`, why, remedy])
}

async function notices(store: TokenStore, key: string, clock: ServerClock): Promise<Finding[]> {
  if (!store.subscribe) return []
  const noticed = Promise.withResolvers<void>()
  let unsubscribe: (() => void) | undefined
  try {
    unsubscribe = await store.subscribe((changed) => changed === key && noticed.resolve())
    await change(store, key)
    await withDeadline(clock, noticeMs, undefined, () => noticed.promise)
    return []
  } catch (error) {
    return [noNotices(errorCode(error) ?? 'no notification')]
  } finally {
    unsubscribe?.()
  }
}

async function change(store: TokenStore, key: string): Promise<void> {
  const stored = await store.get(key)
  const swap = { nextVersion: crypto.randomUUID(), ttlMs: trialTtlMs }
  await store.cas(key, stored?.version ?? null, '{}', swap)
  await store.publish?.(key)
}

function noNotices(word: string): Finding {
  return finding('warning', 'store-silent', [
    `The store does not notify instances of changes (${word})`,
    'After a compromise or a freeze, the other instances notice it up to 30 s later.',
    'Allow the user of the store to publish to and subscribe to the channel fst:1:changed.',
  ])
}

const words: Readonly<Record<string, readonly [why: string, remedy: string]>> = {
  READONLY: [
    'This server is a replica, which takes no writes.',
    'Name the master in REDIS_URL, or the Sentinels that know it: redis+sentinel://host:26379/master-name.',
  ],
  NOPERM: [
    'The user of REDIS_URL may not run the commands, or not with these keys.',
    'Grant it: ~fst:1:* &fst:1:changed +eval +evalsha +hget +hmget +hset +pexpire +time +publish +subscribe.',
  ],
  OOM: [
    'Redis has no memory left, so no slot can change.',
    'Raise maxmemory, or keep the tokens in a Redis that holds no cache.',
  ],
  MISCONF: [
    'Redis cannot write to its disk, and therefore refuses every change.',
    'Free the disk of Redis, or correct its permissions (see its log).',
  ],
  MOVED: [
    'REDIS_URL names one node of a cluster, and another node holds this slot.',
    'Name the cluster: redis+cluster://host1:6379,host2:6379.',
  ],
  CLUSTERDOWN: [
    'A part of the cluster has no master.',
    'Repair the cluster (redis-cli --cluster check host:port).',
  ],
  MASTERDOWN: [
    'The replica has lost its master.',
    'Repair the master, or let the Sentinels choose another one.',
  ],
  LOADING: ['Redis reads its data after a start.', 'Wait until it has read them, and run doctor again.'],
  NOREPLICAS: [
    'Too few replicas are connected (min-replicas-to-write).',
    'Repair the replicas, or lower min-replicas-to-write.',
  ],
  NOAUTH: ['Redis requires a password.', 'Add the password to REDIS_URL: redis://:password@host:6379.'],
  WRONGPASS: ['Redis refuses the user or the password.', 'Correct both in REDIS_URL.'],
  TIMEOUT: [
    'The store gave no answer within 5 seconds.',
    'Check the network, the load of the store and its slow log.',
  ],
  default: ['The store gave no usable answer.', "Look for this word in the store's documentation and log."],
}
