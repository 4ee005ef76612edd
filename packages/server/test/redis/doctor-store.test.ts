import { afterEach, beforeEach, describe, expect, it } from 'vitest'

import { createSealer } from '../../src/index.ts'
import { forageTokensHere, ids, type Ended } from '../cli/forage-tokens.ts'
import { connectedStore, patientMs } from './clients.ts'
import { openMerchant, sealingKey, type Merchant } from './merchant.ts'
import { hasRedis, RedisServer } from './redis-server.ts'

let redis: RedisServer
let merchant: Merchant

beforeEach(async () => {
  if (!hasRedis) return
  redis = await RedisServer.start('--appendonly', 'yes')
  const store = await connectedStore('redis', redis.port, patientMs)
  const sealed = { ...store, sealer: createSealer({ current: 'k1', k1: sealingKey }) }
  merchant = await openMerchant(sealed, `redis://127.0.0.1:${redis.port}`)
  await Promise.all([merchant.forage.pool('web').getToken(), merchant.forage.pool('ios').getToken()])
})
afterEach(async () => {
  if (!hasRedis) return
  await merchant[Symbol.asyncDispose]()
  await redis[Symbol.asyncDispose]()
})

const doctor = (more: Record<string, string> = {}): Promise<Ended> =>
  forageTokensHere(['doctor', '--json'], { ...merchant.env, ...more }, { secrets: ['pass-word-of-a-user'] })

const findingOf = ({ json }: Ended, id: string) => json.findings!.find((each) => each.id === id)

describe.skipIf(!hasRedis)('forage-tokens doctor on a Redis that refuses operations', () => {
  const user = async (...rules: string[]): Promise<Record<string, string>> => {
    await redis.cli('ACL', 'SETUSER', 'shop', 'on', '>pass-word-of-a-user', ...rules)
    return { REDIS_URL: `redis://shop:pass-word-of-a-user@127.0.0.1:${redis.port}` }
  }

  it('`forage-tokens doctor` changes nothing that stays in Redis', async () => {
    const before = (await redis.cli('KEYS', '*')).split('\n').toSorted()
    expect(ids(await doctor())).toEqual([])
    while ((await redis.cli('KEYS', '*doctor*')) !== '');
    expect((await redis.cli('KEYS', '*')).split('\n').toSorted()).toEqual(before)
  })

  it('`forage-tokens doctor` names NOPERM, and the rights that the user of the store needs', async () => {
    const env = await user('~another:*', '&*', '+@all')
    const found = findingOf(await doctor(env), 'store-refuses')
    expect(found).toMatchObject({ severity: 'error', what: expect.stringContaining('(NOPERM)') })
    const [, rights] = /Grant it: (.*)\.$/.exec(found!.remedy)!
    await redis.cli('ACL', 'DELUSER', 'shop')
    const granted = await user('-@all', '+ping', ...rights!.split(' '))
    expect(ids(await doctor(granted))).not.toContain('store-refuses')
    expect(ids(await doctor(granted))).not.toContain('store-silent')
  })

  it('`forage-tokens doctor` finds that no change is published', async () => {
    const env = await user('~*', '+@all', 'resetchannels')
    expect(findingOf(await doctor(env), 'store-silent')).toMatchObject({ severity: 'warning' })
  })

  it('`forage-tokens doctor` names READONLY on a replica, and the remedy', async () => {
    await using replica = await RedisServer.start('--replicaof', '127.0.0.1', String(redis.port))
    while (!(await replica.cli('INFO', 'replication')).includes('master_link_status:up'));
    const found = findingOf(await doctor({ REDIS_URL: `redis://127.0.0.1:${replica.port}` }), 'store-refuses')
    expect(found?.what).toContain('(READONLY)')
    expect(found?.remedy).toContain('redis+sentinel://')
  })

  it('`forage-tokens doctor` names OOM, and `forage-tokens rotate` does as well', async () => {
    await redis.cli('CONFIG', 'SET', 'maxmemory', '1')
    expect(findingOf(await doctor(), 'store-refuses')?.what).toContain('(OOM)')
    const { code, stderr } = await forageTokensHere(['rotate', '--pool', 'web'], merchant.env)
    expect(stderr).toContain('store_unavailable')
    expect(code).toBe(1)
  })

  it('`forage-tokens doctor` names the sealing key that is missing, or that has another value', async () => {
    const other = Buffer.alloc(32, 9).toString('base64')
    const renamed = await doctor({ FORAGE_SEAL_KEY_1: '', FORAGE_SEAL_KEY_2: sealingKey })
    expect(findingOf(renamed, 'slot-unreadable')?.what).toContain('with the key k1, which is not set here')
    const changed = await doctor({ FORAGE_SEAL_KEY_1: other })
    expect(findingOf(changed, 'slot-unreadable')?.what).toContain('with another value of the key k1')
  })

  it('`forage-tokens doctor` finds a slot that other software wrote', async () => {
    const key = await redis.cli('--raw', 'KEYS', '*:web')
    await redis.cli('HSET', key, 'd', 'no document')
    expect(findingOf(await doctor(), 'slot-unreadable')?.what).toContain('not a document of this package')
  })

  it('`forage-tokens doctor` reports tokens that may be alive after the store lost a slot', async () => {
    await redis.cli('FLUSHALL')
    await merchant.forage.pool('web').rotate()
    expect(findingOf(await doctor(), 'tokens-unknown')).toMatchObject({ severity: 'note' })
    const { stdout } = await forageTokensHere(['status'], merchant.env)
    expect(stdout).toContain('1 unknown tokens that may be alive')
    const args = ['compromise', '--pool', 'web', '--yes']
    const compromised = await forageTokensHere(args, merchant.env)
    expect(compromised.stdout).toContain('1 UNKNOWN that may be alive')
    expect(compromised.code).toBe(1)
  })
})
