import { beforeAll, describe, expect, it } from 'vitest'

import { Failover } from './failover.ts'
import { lease, minute, outageMs, well } from './fleet-rules.ts'
import { compileInstance, Fleet, type InstanceOptions } from './fleet.ts'
import { hasRedis, RedisServer } from './redis-server.ts'
import { UpstreamServer } from './upstream-server.ts'

describe.skipIf(!hasRedis)('server processes during a failover of Redis', () => {
  beforeAll(compileInstance)

  it('two processes agree on one token after a failover that lost a commit', async () => {
    await using primary = await RedisServer.start()
    await using replica = await RedisServer.start()
    await using address = await Failover.start(primary.port)
    await using upstream = await UpstreamServer.start()
    const options: InstanceOptions = {
      redisPort: address.port,
      redisTimeoutMs: outageMs,
      apiUrl: upstream.apiUrl,
    }
    await using fleet = await Fleet.start(2, options)
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
})

async function replicate(primary: RedisServer, replica: RedisServer): Promise<void> {
  await replica.cli('REPLICAOF', '127.0.0.1', String(primary.port))
  while (!(await replica.cli('INFO', 'replication')).includes('master_link_status:up'));
}
