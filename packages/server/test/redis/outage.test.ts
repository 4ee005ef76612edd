import { beforeAll, describe, expect, it } from 'vitest'

import { Failover } from './failover.ts'
import { compileInstance, Fleet, type InstanceOptions } from './fleet.ts'
import { hasRedis, RedisServer } from './redis-server.ts'
import { UpstreamServer } from './upstream-server.ts'

const minute = 60_000
/** The lease of 15 s, and one second more. */
const lease = 16_000

describe.skipIf(!hasRedis)('server processes during a Redis outage', () => {
  beforeAll(compileInstance)

  it('three warm processes serve every caller while Redis is down', async () => {
    await using redis = await RedisServer.start()
    await using upstream = await UpstreamServer.start()
    await using fleet = await Fleet.start(3, options(redis, upstream))
    await fleet.call('getToken')
    await redis.kill()
    for (let minutes = 0; minutes < 3; minutes++) {
      await fleet.call('mintSessionToken')
      await fleet.call('advance', minute)
    }
    await fleet.call('mintSessionToken')
    expect(upstream.tokenRequests).toBe(1)
    expect(await fleet.call('health')).toEqual(fleet.instances.map(() => degraded))
  })

  it('three cold processes mint one private token each while Redis is down, and share one token when it is back', async () => {
    await using redis = await RedisServer.start()
    await using upstream = await UpstreamServer.start()
    await using fleet = await Fleet.start(3, options(redis, upstream))
    await redis.kill()
    for (let minutes = 0; minutes < 3; minutes++) {
      await fleet.call('mintSessionToken')
      await fleet.call('advance', minute)
    }
    expect(upstream.lifetimes).toEqual([86_400, 86_400, 86_400])
    expect(await fleet.call('health')).toEqual(fleet.instances.map(() => degraded))
    await redis.start()
    await storeAvailable(fleet)
    await fleet.call('advance', minute)
    expect(new Set(await fleet.call('getToken')).size).toBe(1)
    expect(upstream.tokenRequests).toBeLessThanOrEqual(4)
  })

  it('three processes mint at most one token after Redis came back empty, and no call fails', async () => {
    await using redis = await RedisServer.start()
    await using upstream = await UpstreamServer.start()
    await using fleet = await Fleet.start(3, options(redis, upstream))
    await fleet.call('getToken')
    await redis.kill()
    await fleet.call('advance', minute)
    await fleet.call('mintSessionToken')
    await redis.start()
    await storeAvailable(fleet)
    await fleet.call('advance', minute)
    expect(new Set(await fleet.call('getToken')).size).toBe(1)
    expect(upstream.tokenRequests).toBeLessThanOrEqual(2)
    expect(await fleet.call('health')).toEqual(fleet.instances.map(() => well))
  })

  it('two processes agree on one token after a failover that lost a commit', async () => {
    await using primary = await RedisServer.start()
    await using replica = await RedisServer.start()
    await using address = await Failover.start(primary.port)
    await using upstream = await UpstreamServer.start()
    await using fleet = await Fleet.start(2, options(address, upstream))
    const [holder, other] = fleet.instances
    await replicate(primary, replica)
    upstream.isHolding = true
    const first = holder!.call('getToken')
    await upstream.arrived(1)
    await primary.cli('WAIT', '1', '5000')
    // The replica has the lease, but will not get the commit.
    await replica.cli('REPLICAOF', 'NO', 'ONE')
    upstream.answer()
    upstream.isHolding = false
    expect(await first).toBe(upstream.issued[0])
    address.to(replica.port)
    await primary.kill()
    await other!.call('advance', lease)
    const next = await other!.call('getToken')
    await holder!.call('advance', minute)
    expect(await holder!.call('getToken')).toBe(next)
    expect(upstream.tokenRequests).toBe(2)
    await holder!.call('mintSessionToken')
    expect(await fleet.call('health')).toEqual(fleet.instances.map(() => well))
  })

  it('two processes end with one live token after a failover that lost a lease', async () => {
    await using primary = await RedisServer.start()
    await using replica = await RedisServer.start()
    await using address = await Failover.start(primary.port)
    await using upstream = await UpstreamServer.start()
    await using fleet = await Fleet.start(2, options(address, upstream))
    const [holder, other] = fleet.instances
    upstream.isHolding = true
    const first = holder!.call('getToken')
    await upstream.arrived(1)
    address.to(replica.port)
    await primary.kill()
    const next = other!.call('getToken')
    await upstream.arrived(2)
    upstream.answer()
    upstream.answer()
    const tokens = await Promise.all([first, next])
    await fleet.call('advance', minute)
    const [current, ...others] = await fleet.call('getToken')
    expect(others).toEqual([current])
    expect(tokens).toContain(current)
    await Promise.race(fleet.instances.map((instance) => instance.saw('authentication-token-orphaned')))
    expect(upstream.live).toEqual([current])
  })
})

/** Long enough that a busy machine is no outage, and short enough for a test to wait. */
const redisTimeoutMs = 3000

function options({ port: redisPort }: { port: number }, { apiUrl }: UpstreamServer): InstanceOptions {
  return { redisPort, redisTimeoutMs, apiUrl }
}

const degraded = expect.objectContaining({
  ready: true,
  degraded: [expect.stringContaining('store')],
}) as unknown
const well = expect.objectContaining({ ready: true, degraded: [] }) as unknown

/** Makes calls until every instance has emitted that its store is available again. */
async function storeAvailable(fleet: Fleet): Promise<void> {
  const waiting = new Set(fleet.instances)
  const back = fleet.instances.map(async (instance) => {
    await instance.saw('store-available')
    waiting.delete(instance)
  })
  while (waiting.size > 0) await fleet.call('mintSessionToken')
  await Promise.all(back)
  // The last instance may still have a call in progress, and its clock must not move during it.
  await fleet.call('mintSessionToken')
}

async function replicate(primary: RedisServer, replica: RedisServer): Promise<void> {
  await replica.cli('REPLICAOF', '127.0.0.1', String(primary.port))
  while (!(await replica.cli('INFO', 'replication')).includes('master_link_status:up'));
}
