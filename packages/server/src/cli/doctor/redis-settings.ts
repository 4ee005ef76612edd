import { finding, type Finding } from '../configuration/finding.ts'

/** What Redis says about itself; empty or undefined where it does not say. */
export interface RedisFacts {
  /** The reply to INFO. */
  info: string
  /** The reply to CLIENT LIST. */
  clients: string
  /** CONFIG GET save: an empty string keeps nothing on disk. */
  save: string | undefined
  /** Of a PING, in the middle of some. */
  latencyMs: number
}

// An operation is given up on after 500 ms.
const slowMs = 50
const tooSlowMs = 250

export function judgeRedis(facts: RedisFacts): Finding[] {
  return [...eviction(facts), ...persistence(facts), ...latency(facts), ...offlineQueues(facts)]
}

function eviction({ info }: RedisFacts): Finding[] {
  const policy = field(info, 'maxmemory_policy')
  if (policy === 'noeviction') return []
  const why =
    'A slot that is evicted takes the list of live tokens with it: they stay alive, and nobody can revoke them.'
  const remedy =
    'Set maxmemory-policy noeviction, or give the tokens a Redis of their own, apart from caches.'
  if (policy === undefined) {
    return [
      finding('note', 'redis-eviction-unknown', ['Redis does not tell its eviction policy', why, remedy]),
    ]
  }
  const isLimited = field(info, 'maxmemory') !== '0'
  const what = isLimited
    ? `Redis evicts when memory is short (maxmemory-policy ${policy})`
    : `Redis would evict if it had a maxmemory (maxmemory-policy ${policy})`
  return [finding(isLimited ? 'error' : 'warning', 'redis-evicts', [what, why, remedy])]
}

function persistence({ info, save }: RedisFacts): Finding[] {
  const isForgetful = field(info, 'aof_enabled') === '0' && save === ''
  if (!isForgetful) return []
  return [
    finding('warning', 'redis-forgets', [
      'Redis keeps nothing on disk (no append-only file, no snapshots)',
      'After a restart each pool mints anew, and what was alive before is forgotten: compromise would not reach it.',
      'Set appendonly yes.',
    ]),
  ]
}

function latency({ latencyMs }: RedisFacts): Finding[] {
  if (latencyMs <= slowMs) return []
  return [
    finding(latencyMs > tooSlowMs ? 'error' : 'warning', 'redis-slow', [
      `Redis answers in ${Math.round(latencyMs)} ms`,
      'An operation is given up on after 500 ms; then the store counts as down.',
      'Put it into the region of the servers, and look at its SLOWLOG.',
    ]),
  ]
}

/** Clients since Redis 7.2 tell their library. */
function offlineQueues({ clients }: RedisFacts): Finding[] {
  const names = [...clients.matchAll(/lib-name=(ioredis|iovalkey)/g)].map(([, name]) => name)
  return [...new Set(names)].map((name) =>
    finding('note', 'redis-offline-queue', [
      `Clients of ${name} are connected, which queue commands while they are offline unless told not to`,
      'The store waits at most 500 ms for one; what else uses the client waits for up to ten seconds.',
      'Give the client enableOfflineQueue: false.',
    ]),
  )
}

function field(info: string, name: string): string | undefined {
  return new RegExp(`^${name}:(.*?)\\r?$`, 'm').exec(info)?.[1]
}
