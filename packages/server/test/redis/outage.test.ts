import { beforeAll, describe, expect, it } from 'vitest'

import { Failover } from './failover.ts'
import { compileInstance, Fleet, type InstanceOptions } from './fleet.ts'
import { hasRedis, RedisServer } from './redis-server.ts'
import { UpstreamServer } from './upstream-server.ts'

const minute = 60_000
/** And a second more. */
const lease = 16_000

describe.skipIf(!hasRedis)('a fleet of processes whose Redis', () => {
  beforeAll(compileInstance)

  it('goes away while they are warm serves every caller', async () => {
    await using redis = await RedisServer.start()
    await using upstream = await UpstreamServer.start()
    await using fleet = await Fleet.start(3, options(redis, upstream))
    await fleet.ask('getToken')
    await redis.kill()
    for (let minutes = 0; minutes < 3; minutes++) {
      await fleet.ask('mintSessionToken')
      await fleet.ask('advance', minute)
    }
    await fleet.ask('mintSessionToken')
    expect(upstream.tokenRequests).toBe(1)
    expect(await fleet.ask('health')).toEqual(fleet.instances.map(() => degraded))
  })

  it('is gone before their first token mint one each, for a day, and have one again when it is back', async () => {
    await using redis = await RedisServer.start()
    await using upstream = await UpstreamServer.start()
    await using fleet = await Fleet.start(3, options(redis, upstream))
    await redis.kill()
    for (let minutes = 0; minutes < 3; minutes++) {
      await fleet.ask('mintSessionToken')
      await fleet.ask('advance', minute)
    }
    expect(upstream.lifetimes).toEqual([86_400, 86_400, 86_400])
    expect(await fleet.ask('health')).toEqual(fleet.instances.map(() => degraded))
    await redis.start()
    await backInTouch(fleet)
    await fleet.ask('advance', minute)
    expect(new Set(await fleet.ask('getToken')).size).toBe(1)
    expect(upstream.tokenRequests).toBeLessThanOrEqual(4)
  })

  it('comes back empty asks for one token, and no caller sees an error', async () => {
    await using redis = await RedisServer.start()
    await using upstream = await UpstreamServer.start()
    await using fleet = await Fleet.start(3, options(redis, upstream))
    await fleet.ask('getToken')
    await redis.kill()
    await fleet.ask('advance', minute)
    await fleet.ask('mintSessionToken')
    await redis.start()
    await backInTouch(fleet)
    await fleet.ask('advance', minute)
    expect(new Set(await fleet.ask('getToken')).size).toBe(1)
    expect(upstream.tokenRequests).toBeLessThanOrEqual(2)
    expect(await fleet.ask('health')).toEqual(fleet.instances.map(() => well))
  })

  it('fails over and loses a commit: nobody is fenced out for good', async () => {
    await using primary = await RedisServer.start()
    await using replica = await RedisServer.start()
    await using address = await Failover.start(primary.port)
    await using upstream = await UpstreamServer.start()
    await using fleet = await Fleet.start(2, options(address, upstream))
    const [holder, other] = fleet.instances
    await replicate(primary, replica)
    upstream.isHolding = true
    const first = holder!.ask('getToken')
    await upstream.arrived(1)
    await primary.cli('WAIT', '1', '5000')
    // The lease is on the replica; the commit will not be.
    await replica.cli('REPLICAOF', 'NO', 'ONE')
    upstream.answer()
    upstream.isHolding = false
    expect(await first).toBe(upstream.issued[0])
    address.to(replica.port)
    await primary.kill()
    await other!.ask('advance', lease)
    const next = await other!.ask('getToken')
    await holder!.ask('advance', minute)
    expect(await holder!.ask('getToken')).toBe(next)
    expect(upstream.tokenRequests).toBe(2)
    await holder!.ask('mintSessionToken')
    expect(await fleet.ask('health')).toEqual(fleet.instances.map(() => well))
  })

  it('fails over and loses a lease: its holder and the next one end with one live token', async () => {
    await using primary = await RedisServer.start()
    await using replica = await RedisServer.start()
    await using address = await Failover.start(primary.port)
    await using upstream = await UpstreamServer.start()
    await using fleet = await Fleet.start(2, options(address, upstream))
    const [holder, other] = fleet.instances
    upstream.isHolding = true
    const first = holder!.ask('getToken')
    await upstream.arrived(1)
    address.to(replica.port)
    await primary.kill()
    const next = other!.ask('getToken')
    await upstream.arrived(2)
    upstream.answer()
    upstream.answer()
    const tokens = await Promise.all([first, next])
    await fleet.ask('advance', minute)
    const [current, ...others] = await fleet.ask('getToken')
    expect(others).toEqual([current])
    expect(tokens).toContain(current)
    await Promise.race(fleet.instances.map((instance) => instance.saw('authentication-token-orphaned')))
    expect(upstream.live).toEqual([current])
  })
})

/** Long enough that a busy machine is no outage, short enough to wait for one. */
const redisTimeoutMs = 3000

function options({ port: redisPort }: { port: number }, { apiUrl }: UpstreamServer): InstanceOptions {
  return { redisPort, redisTimeoutMs, apiUrl }
}

const degraded = expect.objectContaining({
  ready: true,
  degraded: [expect.stringContaining('store')],
}) as unknown
const well = expect.objectContaining({ ready: true, degraded: [] }) as unknown

/** Callers are served all the time; an instance says so when its client has connected again. */
async function backInTouch(fleet: Fleet): Promise<void> {
  const waiting = new Set(fleet.instances)
  const back = fleet.instances.map(async (instance) => {
    await instance.saw('store-available')
    waiting.delete(instance)
  })
  while (waiting.size > 0) await fleet.ask('mintSessionToken')
  await Promise.all(back)
  // Who noticed last may still be asking; no clock is set under it.
  await fleet.ask('mintSessionToken')
}

async function replicate(primary: RedisServer, replica: RedisServer): Promise<void> {
  await replica.cli('REPLICAOF', '127.0.0.1', String(primary.port))
  while (!(await replica.cli('INFO', 'replication')).includes('master_link_status:up'));
}
