import { describe, expect, it, vi } from 'vitest'

import { redisRateLimit, type RateLimitRedis } from '../../src/redis-rate-limit.ts'
import { systemClock } from '../../src/shared/clock.ts'
import { createFixture } from '../fixtures/server-fixture.ts'
import { alice, createHandler, problem } from './endpoint-fixture.ts'

/** Creates a stub of Redis that supports counting, with one client of each library. */
function createRedis() {
  const counts = new Map<string, number>()
  let isReady = true
  const count = (key: string, points: string, seconds: string): Promise<[number, number]> => {
    counts.set(key, (counts.get(key) ?? 0) + Number(points))
    return Promise.resolve([counts.get(key)!, Number(seconds) * 1000])
  }
  const nodeRedis = {
    get isReady() {
      return isReady
    },
    eval: (_script: string, { keys, arguments: args }: { keys: string[]; arguments: string[] }) =>
      count(keys[0]!, args[0]!, args[1]!),
  }
  const ioredis = {
    get status() {
      return isReady ? 'ready' : 'reconnecting'
    },
    eval: () => Promise.reject(new Error('ioredis runs the command it defined')),
    defineCommand: () => {},
    rlflxIncr: ([key, points, seconds]: [string, string, string]) => count(key, points, seconds),
  }
  return { nodeRedis, ioredis, keys: () => [...counts.keys()], stop: () => void (isReady = false) }
}

const limits = { ip: false, subject: { requests: 2, perMs: 60_000 } } as const

function instance(client: RateLimitRedis): () => Promise<number> {
  const { handle } = createHandler({ rateLimit: redisRateLimit(client, limits) })
  return async () => (await handle()).status
}

describe.each(['nodeRedis', 'ioredis'] as const)('redisRateLimit with %s', (name) => {
  it('redisRateLimit counts the requests to all instances', async () => {
    const redis = createRedis()
    const [first, second] = [instance(redis[name]), instance(redis[name])]
    expect([await first(), await second(), await first(), await second()]).toEqual([200, 200, 429, 429])
  })

  it('a request over the limit gets the remaining seconds in Retry-After', async () => {
    const rateLimit = redisRateLimit(createRedis()[name], { subject: { requests: 1, perMs: 90_000 } })
    const { handle } = createHandler({ rateLimit })
    await handle()
    const refused = await handle()
    expect(refused.headers.get('retry-after')).toBe('90')
    expect(await problem(refused)).toEqual([429, 'rate_limited'])
  })

  it('redisRateLimit counts in memory while Redis is not ready', async () => {
    const redis = createRedis()
    redis.stop()
    const [first, second] = [instance(redis[name]), instance(redis[name])]
    expect([await first(), await first(), await first(), await second()]).toEqual([200, 200, 429, 200])
    expect(redis.keys()).toEqual([])
  })

  it('redisRateLimit stores no subject and no address in Redis', async () => {
    const redis = createRedis()
    const rateLimit = redisRateLimit(redis[name], {
      merchant: { requests: 9, perMs: 1000 },
      keyPrefix: 'shop',
    })
    const { handle } = createHandler({ rateLimit, clientIp: () => '192.0.2.1' })
    expect((await handle()).status).toBe(200)
    expect(redis.keys().map((key) => key.replace(/[\da-f]{32}$/, '#'))).toEqual([
      'shop:ip:#',
      'shop:subject:#',
      'shop:merchant:#',
    ])
    for (const shown of ['192.0.2.1', alice.subject, alice.merchantAccount]) {
      expect(redis.keys().join()).not.toContain(shown)
    }
  })
})

it('redisRateLimit counts in memory if Redis does not answer within 300 ms', async () => {
  vi.useFakeTimers()
  try {
    const client = { isReady: true, eval: () => new Promise(() => {}) }
    const fixture = createFixture({ clock: systemClock() })
    const { handle, eventsOf } = createHandler({ rateLimit: redisRateLimit(client, limits) }, fixture)
    const statuses: number[] = []
    for (let i = 0; i < 3; i++) {
      const answer = handle().then(({ status }) => statuses.push(status))
      // The key is hashed first, which takes real time.
      await vi.waitFor(() => expect(vi.getTimerCount()).toBe(2))
      await vi.advanceTimersByTimeAsync(300)
      await answer
    }
    expect(statuses).toEqual([200, 200, 429])
    expect(eventsOf('rate-limiter-failed')).toEqual([])
  } finally {
    vi.useRealTimers()
  }
})

it('redisRateLimit validates its limits like the option `rateLimit`', () => {
  const { nodeRedis } = createRedis()
  expect(() => redisRateLimit(nodeRedis, { ip: { requests: -1, perMs: 1 } })).toThrow(
    '"rateLimit.ip.requests" must be a whole number above 0, got -1',
  )
  expect(redisRateLimit(nodeRedis, { ip: false })).toMatchObject({ ip: false, merchant: false })
})
