import { createCluster, createSentinel } from 'redis'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { fingerprint } from '../../src/index.ts'
import { redisStore } from '../../src/redis.ts'
import { forageTokens, forageTokensHere, ids, type Ended } from '../cli/forage-tokens.ts'
import { patientMs } from './clients.ts'
import { openMerchant, sealingKey, type Merchant } from './merchant.ts'
import { RedisCluster } from './redis-cluster.ts'
import { RedisSentinels } from './redis-sentinels.ts'
import { hasRedis } from './redis-server.ts'

const keys = { current: 'k1', k1: sealingKey }
const timeoutMs = patientMs

/** Runs all commands that read or change tokens, and returns what they reached. */
async function reach({ forage, env, isAlive, merchantAccount }: Merchant): Promise<object> {
  const web = await forage.mintSessionToken({ pool: 'web', merchantAccount })
  const ios = await forage.mintSessionToken({ pool: 'ios', merchantAccount })
  const before = fingerprint(await forage.pool('web').getToken())
  const status = await forageTokens(['status', '--json'], env)
  const rotated = await forageTokensHere(['rotate', '--pool', 'web', '--json'], env)
  const isAliveAfterRotation = await isAlive(web.token)
  const args = ['compromise', '--pool', 'web', '--reason', 'INC-42', '--yes', '--json']
  const { code, json } = await forageTokens(args, env)
  const tokens = json['tokens'] as { fingerprint: string; verified: string }[]
  const [shown] = status.json['pools'] as { fingerprint: string }[]
  return {
    sameToken: shown?.fingerprint === before && rotated.json['previous'] === before,
    isAliveAfterRotation,
    code,
    dead: tokens.find(({ fingerprint: mark }) => mark === before)?.verified,
    unknownTokens: json['unknownTokens'],
    webIsAlive: await isAlive(web.token),
    iosIsAlive: await isAlive(ios.token),
  }
}

const everything = {
  sameToken: true,
  isAliveAfterRotation: true,
  code: 0,
  dead: 'dead',
  unknownTokens: 0,
  webIsAlive: false,
  iosIsAlive: true,
}

const doctor = (env: Record<string, string>): Promise<Ended> => forageTokensHere(['doctor', '--json'], env)

describe.skipIf(!hasRedis)('forage-tokens with a Redis Cluster of three masters', () => {
  let cluster: RedisCluster
  let merchant: Merchant
  let close: () => Promise<void>
  beforeAll(async () => {
    cluster = await RedisCluster.start()
    const client = createCluster({
      rootNodes: [{ socket: { host: '127.0.0.1', port: cluster.nodes[0]!.port } }],
    })
    client.on('error', () => {})
    await client.connect()
    merchant = await openMerchant(redisStore(client, { keys, timeoutMs }), cluster.url)
    close = async () => {
      await merchant[Symbol.asyncDispose]()
      client.destroy()
      await cluster[Symbol.asyncDispose]()
    }
  })
  afterAll(() => (hasRedis ? close() : undefined))

  it('`forage-tokens` reads, rotates and compromises the pools of servers that share a cluster', async () => {
    expect(await reach(merchant)).toEqual(everything)
  })

  it('`forage-tokens drill` runs on a cluster', async () => {
    const { json } = await forageTokensHere(['drill', '--json'], merchant.env)
    expect(json).toMatchObject({ ok: true, store: 'redis' })
  })

  it('`forage-tokens doctor` checks each master of a cluster, and the slots', async () => {
    const ended = await doctor(merchant.env)
    const nodes = cluster.nodes.map(({ port }) => `redis 127.0.0.1:${port}`)
    const examined = ended.json['examined'] as string[]
    expect(examined.slice(0, 4)).toEqual(['configuration', 'api', 'pool web', 'pool ios'])
    expect(new Set(examined.slice(4))).toEqual(new Set([...nodes, 'slot of web', 'slot of ios']))
    expect(new Set(ids(ended))).toEqual(new Set(['redis-forgets']))
    expect(ended.code).toBe(0)
  })

  it('`forage-tokens doctor` says that an address names one node of a cluster', async () => {
    const urls = cluster.nodes.map(({ port }) => `redis://127.0.0.1:${port}`)
    const all = await Promise.all(urls.map((REDIS_URL) => doctor({ ...merchant.env, REDIS_URL })))
    // At most one of the three nodes holds all keys.
    const moved = all.filter((ended) => ids(ended).includes('store-refuses'))
    expect(moved.length).toBeGreaterThanOrEqual(2)
    const found = moved[0]!.json.findings!.find(({ id }) => id === 'store-refuses')!
    expect(found.what).toContain('MOVED')
    expect(found.remedy).toContain('redis+cluster://')
  })

  it('`forage-tokens doctor` says that no node of a cluster answers', async () => {
    const REDIS_URL = 'redis+cluster://127.0.0.1:9,127.0.0.1:10'
    const { json } = await doctor({ ...merchant.env, REDIS_URL })
    const found = json.findings!.find(({ id }) => id === 'redis-unreachable')
    expect(found?.what).toContain('ECONNREFUSED')
  })
})

describe.skipIf(!hasRedis)('forage-tokens with Sentinels', () => {
  let sentinels: RedisSentinels
  let merchant: Merchant
  let close: () => Promise<void>
  beforeAll(async () => {
    sentinels = await RedisSentinels.start()
    const { name, sentinels: sentinelRootNodes } = sentinels.options
    const client = createSentinel({ name, sentinelRootNodes, scanInterval: 100 })
    client.on('error', () => {})
    await client.connect()
    merchant = await openMerchant(redisStore(client, { keys, timeoutMs }), sentinels.url)
    close = async () => {
      await merchant[Symbol.asyncDispose]()
      await client.destroy()
      await sentinels[Symbol.asyncDispose]()
    }
  })
  afterAll(() => (hasRedis ? close() : undefined))

  it('`forage-tokens` reads, rotates and compromises the pools of servers that find Redis through Sentinels', async () => {
    expect(await reach(merchant)).toEqual(everything)
  })

  it('`forage-tokens doctor` checks the master that the Sentinels name', async () => {
    const ended = await doctor(merchant.env)
    expect(ended.json['examined']).toContain('redis')
    expect(ids(ended)).toEqual(['redis-forgets'])
  })

  it('`forage-tokens doctor` says that the Sentinels do not know the master', async () => {
    const { json } = await doctor({ ...merchant.env, REDIS_URL: sentinels.urlOf('another-master') })
    const found = json.findings!.find(({ id }) => id === 'redis-unreachable')
    expect(found?.what).toContain('NO_SUCH_MASTER')
    expect(found?.remedy).toContain('Correct the name of the master')
  })

  it('`forage-tokens` ends with the reason if no Sentinel answers', async () => {
    const REDIS_URL = 'redis+sentinel://127.0.0.1:9,127.0.0.1:10/shop-master'
    const { code, stderr } = await forageTokens(['status'], { ...merchant.env, REDIS_URL })
    expect(stderr).toContain('The Redis of REDIS_URL cannot be used (ECONNREFUSED)')
    expect(code).toBe(1)
  })

  it('after a failover, `forage-tokens` reaches the new master', async () => {
    await merchant.forage.pool('web').getToken()
    // The replica has all that the master had.
    await sentinels.master.cli('WAIT', '1', '0')
    await sentinels.failOver()
    const { code, json } = await forageTokens(['status', '--json'], merchant.env)
    expect(json).toMatchObject({ pools: [{ pool: 'web', state: 'ready' }, { pool: 'ios' }] })
    expect(code).toBe(0)
    expect((await forageTokensHere(['rotate', '--pool', 'web'], merchant.env)).code).toBe(0)
  })
})
