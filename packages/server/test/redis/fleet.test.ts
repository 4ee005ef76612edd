import { beforeAll, describe, expect, it } from 'vitest'

import { Fleet, Instance } from './fleet.ts'
import { hasRedis, RedisServer } from './redis-server.ts'
import { UpstreamServer } from './upstream-server.ts'

const lease = 16_000
const minute = 60_000

describe.skipIf(!hasRedis)('a fleet of processes on one Redis', () => {
  beforeAll(async () => {
    await using redis = await RedisServer.start()
    await using upstream = await UpstreamServer.start()
    await using _compiled = await Instance.start(fleetOptions(redis, upstream))
  })

  it('of twenty that start cold, fifty calls each: one token request', async ({ annotate }) => {
    await using redis = await RedisServer.start()
    await using upstream = await UpstreamServer.start()
    upstream.latencyMs = 500
    await using fleet = await Fleet.start(20, fleetOptions(redis, upstream))
    const results = await fleet.ask('getTokens', 50)
    expect(upstream.tokenRequests).toBe(1)
    expect(new Set(results.flatMap(({ tokens }) => tokens))).toEqual(new Set(upstream.issued))
    const times = results.flatMap(({ ms }) => ms).toSorted((a, b) => a - b)
    const p50 = times[times.length / 2]!
    await annotate(
      `p50 ${Math.round(p50)} ms, the last ${Math.round(times.at(-1)!)} ms; one mint takes 500 ms`,
    )
    expect(p50).toBeLessThan(2 * upstream.latencyMs)
  })

  it('whose minting process is killed: another takes over when its lease is over', async () => {
    await using redis = await RedisServer.start()
    await using upstream = await UpstreamServer.start()
    await using fleet = await Fleet.start(2, fleetOptions(redis, upstream))
    const [holder, other] = fleet.instances
    upstream.isHolding = true
    const lost = holder!.ask('getToken')
    await upstream.arrived(1)
    holder!.signal('SIGKILL')
    await expect(lost).rejects.toThrow('The process has ended')
    upstream.isHolding = false
    const token = other!.ask('getToken')
    await other!.ask('advance', lease)
    expect(await token).toBe(upstream.issued.at(-1))
    expect(upstream.tokenRequests).toBe(2)
  })

  it('whose minting process is paused past its lease: it is fenced, and its orphan revoked', async () => {
    await using redis = await RedisServer.start()
    await using upstream = await UpstreamServer.start()
    await using fleet = await Fleet.start(2, fleetOptions(redis, upstream))
    const [paused, other] = fleet.instances
    upstream.isHolding = true
    const late = paused!.ask('getToken')
    await upstream.arrived(1)
    paused!.signal('SIGSTOP')
    upstream.answer()
    upstream.isHolding = false
    const token = other!.ask('getToken')
    await other!.ask('advance', lease)
    const current = await token
    paused!.signal('SIGCONT')
    expect(await late).toBe(current)
    await paused!.saw('authentication-token-orphaned')
    expect(upstream.live).toEqual([current])
    expect(upstream.tokenRequests).toBe(2)
  })

  it('a server that goes away while they are warm costs no caller an error', async () => {
    await using redis = await RedisServer.start()
    await using upstream = await UpstreamServer.start()
    await using fleet = await Fleet.start(3, fleetOptions(redis, upstream))
    await fleet.ask('getToken')
    await redis.kill()
    for (let minutes = 0; minutes < 3; minutes++) {
      await fleet.ask('mintSessionToken')
      await fleet.ask('advance', minute)
    }
    await fleet.ask('mintSessionToken')
    expect(upstream.tokenRequests).toBe(1)
    for (const health of await fleet.ask('health'))
      expect(health).toMatchObject({ ready: true, degraded: [expect.stringContaining('store')] })
  })

  it('a server that comes back empty costs the fleet one token request and no caller an error', async () => {
    await using redis = await RedisServer.start()
    await using upstream = await UpstreamServer.start()
    await using fleet = await Fleet.start(3, fleetOptions(redis, upstream))
    await fleet.ask('getToken')
    await redis.kill()
    await fleet.ask('advance', minute)
    await fleet.ask('mintSessionToken')
    await redis.start()
    await fleet.ask('advance', minute)
    await fleet.ask('mintSessionToken')
    for (const instance of fleet.instances) await instance.saw('store-available')
    await fleet.ask('advance', minute)
    expect(new Set(await fleet.ask('getToken')).size).toBe(1)
    expect(upstream.tokenRequests).toBeLessThanOrEqual(2)
    for (const health of await fleet.ask('health'))
      expect(health).toMatchObject({ ready: true, degraded: [] })
  })
})

function fleetOptions(redis: RedisServer, upstream: UpstreamServer): Parameters<typeof Fleet.start>[1] {
  return { redisPort: redis.port, apiUrl: upstream.apiUrl, client: 'ioredis' }
}
