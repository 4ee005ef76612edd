import { finding, type Finding } from '../configuration/finding.ts'

/** Facts that Redis reports about itself. A missing fact is empty or undefined. */
export interface RedisFacts {
  /** The reply to INFO. */
  info: string
  /** The reply to CLIENT LIST. */
  clients: string
  /** The reply to CONFIG GET save. An empty string means that Redis makes no snapshots. */
  save: string | undefined
  /** The median time of several PINGs. */
  latencyMs: number
}

// The store aborts an operation after 500 ms.
const slowMs = 50
const tooSlowMs = 250

/** Returns a finding for each setting that endangers the slots. */
export function judgeRedis(facts: RedisFacts): Finding[] {
  return [...eviction(facts), ...persistence(facts), ...latency(facts), ...offlineQueues(facts)]
}

function eviction({ info }: RedisFacts): Finding[] {
  const policy = field(info, 'maxmemory_policy')
  if (policy === 'noeviction') return []
  const why =
    'An evicted slot loses the list of live tokens. They stay alive, and no instance can revoke them.'
  const remedy = 'Set maxmemory-policy noeviction, or keep the tokens in a Redis that holds no cache.'
  if (policy === undefined) {
    return [
      finding('note', 'redis-eviction-unknown', ['Redis does not report its eviction policy', why, remedy]),
    ]
  }
  const isLimited = field(info, 'maxmemory') !== '0'
  const what = isLimited
    ? `Redis evicts keys when memory is short (maxmemory-policy ${policy})`
    : `Redis would evict keys if it had a maxmemory (maxmemory-policy ${policy})`
  return [finding(isLimited ? 'error' : 'warning', 'redis-evicts', [what, why, remedy])]
}

function persistence({ info, save }: RedisFacts): Finding[] {
  const isForgetful = field(info, 'aof_enabled') === '0' && save === ''
  if (!isForgetful) return []
  return [
    finding('warning', 'redis-forgets', [
      'Redis stores nothing on disk (no append-only file, no snapshots)',
      'After a restart, each pool mints again. Redis has lost the earlier live tokens, so compromise cannot revoke them.',
      'Set appendonly yes.',
    ]),
  ]
}

function latency({ latencyMs }: RedisFacts): Finding[] {
  if (latencyMs <= slowMs) return []
  return [
    finding(latencyMs > tooSlowMs ? 'error' : 'warning', 'redis-slow', [
      `Redis answers in ${Math.round(latencyMs)} ms`,
      'The store aborts an operation after 500 ms, and counts as down.',
      'Move it into the region of the servers, and check its SLOWLOG.',
    ]),
  ]
}

/** Since Redis 7.2, clients report their library. */
function offlineQueues({ clients }: RedisFacts): Finding[] {
  const names = [...clients.matchAll(/lib-name=(ioredis|iovalkey)/g)].map(([, name]) => name)
  return [...new Set(names)].map((name) =>
    finding('note', 'redis-offline-queue', [
      `Clients of ${name} are connected; by default, they queue commands while they are offline`,
      'The store waits at most 500 ms for such a client, but other code that uses it waits for up to ten seconds.',
      'Create the client with enableOfflineQueue: false.',
    ]),
  )
}

function field(info: string, name: string): string | undefined {
  return new RegExp(`^${name}:(.*?)\\r?$`, 'm').exec(info)?.[1]
}
