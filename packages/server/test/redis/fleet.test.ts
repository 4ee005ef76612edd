import { beforeAll, describe, expect, it } from 'vitest'

import { patientMs } from './clients.ts'
import { compileInstance, Fleet, type InstanceOptions } from './fleet.ts'
import { hasRedis, RedisServer } from './redis-server.ts'
import { UpstreamServer } from './upstream-server.ts'

const lease = 16_000

describe.skipIf(!hasRedis)('a fleet of processes on one Redis', () => {
  beforeAll(compileInstance)

  it('twenty cold processes with fifty calls each make one token request', async () => {
    await using redis = await RedisServer.start()
    await using upstream = await UpstreamServer.start()
    await using fleet = await Fleet.start(20, options(redis, upstream))
    upstream.isHolding = true
    const tokenLists = fleet.call('getTokens', 50)
    await upstream.arrived(1)
    // Every process has begun its calls once it answers this one.
    await fleet.call('health')
    upstream.answer()
    upstream.isHolding = false
    const tokens = (await tokenLists).flat()
    expect(upstream.tokenRequests).toBe(1)
    expect(new Set(tokens)).toEqual(new Set(upstream.issued))
  })

  it('another process mints after the lease of a killed process expires', async () => {
    await using redis = await RedisServer.start()
    await using upstream = await UpstreamServer.start()
    await using fleet = await Fleet.start(2, options(redis, upstream))
    const [holder, other] = fleet.instances
    upstream.isHolding = true
    const lost = holder!.call('getToken')
    await upstream.arrived(1)
    holder!.signal('SIGKILL')
    await expect(lost).rejects.toThrow('The process has ended')
    upstream.isHolding = false
    const token = other!.call('getToken')
    await other!.call('advance', lease)
    expect(await token).toBe(upstream.issued.at(-1))
    expect(upstream.tokenRequests).toBe(2)
  })

  it('a process that paused past its lease is fenced, and its token is revoked', async () => {
    await using redis = await RedisServer.start()
    await using upstream = await UpstreamServer.start()
    await using fleet = await Fleet.start(2, options(redis, upstream))
    const [paused, other] = fleet.instances
    upstream.isHolding = true
    const late = paused!.call('getToken')
    await upstream.arrived(1)
    paused!.signal('SIGSTOP')
    upstream.answer()
    upstream.isHolding = false
    const token = other!.call('getToken')
    await other!.call('advance', lease)
    const current = await token
    paused!.signal('SIGCONT')
    expect(await late).toBe(current)
    await paused!.saw('authentication-token-orphaned')
    expect(upstream.live).toEqual([current])
    expect(upstream.tokenRequests).toBe(2)
  })
})

function options(redis: RedisServer, upstream: UpstreamServer): InstanceOptions {
  return { redisPort: redis.port, redisTimeoutMs: patientMs, apiUrl: upstream.apiUrl }
}
