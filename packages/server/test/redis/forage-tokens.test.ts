import { afterEach, beforeEach, describe, expect, it } from 'vitest'

import { createSealer, fingerprint } from '../../src/index.ts'
import { forageTokens, forageTokensHere, ids } from '../cli/forage-tokens.ts'
import { connectedStore, patientMs } from './clients.ts'
import { openMerchant, sealingKey, type Merchant } from './merchant.ts'
import { hasRedis, RedisServer } from './redis-server.ts'

let redis: RedisServer
let merchant: Merchant
let env: Record<string, string>

/** Starts a merchant's server, and a Redis that it shares with every command that has the same variables. */
async function open(...redisArguments: string[]): Promise<void> {
  redis = await RedisServer.start(...redisArguments)
  const store = await connectedStore('redis', redis.port, patientMs)
  const sealed = { ...store, sealer: createSealer({ current: 'k1', k1: sealingKey }) }
  merchant = await openMerchant(sealed, `redis://127.0.0.1:${redis.port}`)
  env = merchant.env
}

async function close(): Promise<void> {
  await merchant[Symbol.asyncDispose]()
  await redis[Symbol.asyncDispose]()
}

beforeEach(() => (hasRedis ? open() : undefined))
afterEach(() => (hasRedis ? close() : undefined))

describe.skipIf(!hasRedis)('forage-tokens, next to a server on the same Redis,', () => {
  it('`forage-tokens status` shows the tokens of the pools and mints nothing', async () => {
    const token = await merchant.forage.pool('web').getToken()
    const { code, json } = await forageTokens(['status', '--json'], env)
    expect(json).toMatchObject({
      ok: true,
      pools: [
        { pool: 'web', state: 'ready', fingerprint: fingerprint(token), draining: 0 },
        { pool: 'ios', state: 'empty' },
      ],
    })
    const { stdout } = await forageTokensHere(['status', '--pool', 'web'], env)
    expect(stdout).toMatch(
      /^web: ready, token [0-9a-f]{8}, renewed after \S+Z \(in 6 d\), expires \S+Z \(in 7 d\)\n$/,
    )
    expect(code).toBe(0)
    expect(merchant.running.emulator.control.counts().authenticationTokens).toBe(1)
  })

  it('`forage-tokens status` shows why a pool is frozen, and exits with 1', async () => {
    await merchant.forage.pool('ios').freeze({ reason: 'odd traffic' })
    const { code, stdout } = await forageTokensHere(['status'], env)
    expect(stdout).toContain('ios: frozen since')
    expect(stdout).toContain(': odd traffic')
    expect(code).toBe(1)
    expect(ids(await forageTokensHere(['doctor', '--json'], env))).toContain('pool-frozen')
  })

  it('`forage-tokens rotate` asks for no confirmation, the server gets the new token, and old session tokens stay valid', async () => {
    const session = await merchant.forage.mintSessionToken({
      pool: 'web',
      merchantAccount: merchant.merchantAccount,
    })
    const before = await merchant.forage.pool('web').getToken()
    const { code, json } = await forageTokens(['rotate', '--pool', 'web', '--json'], env)
    expect(json).toMatchObject({ ok: true, pool: 'web', previous: fingerprint(before) })
    let after = before
    // Redis notifies the server over its connection.
    while (after === before) {
      await new Promise(setImmediate)
      after = await merchant.forage.pool('web').getToken()
    }
    expect(fingerprint(after)).toBe(json['fingerprint'])
    expect(await merchant.isAlive(session.token)).toBe(true)
    expect(code).toBe(0)
  })

  it('`forage-tokens compromise` does nothing until a person types the name of the pool', async () => {
    const session = await merchant.forage.mintSessionToken({
      pool: 'web',
      merchantAccount: merchant.merchantAccount,
    })
    const args = ['compromise', '--pool', 'web']
    const unattended = await forageTokens(args, env)
    expect(unattended).toMatchObject({ code: 3, stdout: '' })
    expect(unattended.stderr).toContain('No one is at the terminal to confirm: add --yes to proceed.')
    const questions: string[] = []
    const ask = (answer: string) => async (question: string) => (questions.push(question), answer)
    expect(await forageTokensHere(args, env, { ask: ask('y') })).toMatchObject({ code: 3, stdout: '' })
    expect(questions[0]).toContain('Every checkout of pool "web" will need a new session token')
    expect(await merchant.isAlive(session.token)).toBe(true)

    expect(await forageTokensHere(args, env, { ask: ask('web') })).toMatchObject({ code: 0 })
    expect(await merchant.isAlive(session.token)).toBe(false)
  })

  it('`forage-tokens compromise` kills every token of one pool and none of the other, and reports the time to recovery', async () => {
    const web = await merchant.forage.mintSessionToken({
      pool: 'web',
      merchantAccount: merchant.merchantAccount,
    })
    const ios = await merchant.forage.mintSessionToken({
      pool: 'ios',
      merchantAccount: merchant.merchantAccount,
    })
    const leaked = await merchant.forage.pool('web').getToken()
    const args = ['compromise', '--pool', 'web', '--reason', 'INC-42', '--yes', '--json']
    const { code, json } = await forageTokens(args, env)
    expect(json).toMatchObject({
      ok: true,
      reason: 'INC-42',
      tokens: [{ fingerprint: fingerprint(leaked), revoked: true, verified: 'dead' }],
      recoveryMs: expect.any(Number),
    })
    expect(code).toBe(0)
    expect([await merchant.isAlive(web.token), await merchant.isAlive(ios.token)]).toEqual([false, true])
  })

  it('`forage-tokens compromise` exits with 1 while a token is alive', async () => {
    await merchant.forage.pool('web').getToken()
    merchant.running.emulator.control.fault({
      kind: 'html',
      status: 503,
      path: '/o/revoke_token/',
      count: 100,
    })
    const { code, stdout } = await forageTokensHere(['compromise', '--pool', 'web', '--yes'], env)
    expect(stdout).toMatch(/[0-9a-f]{8} {2}NOT REVOKED, verified: alive/)
    expect(code).toBe(1)
  })

  it('`forage-tokens compromise` says that the store went down before it was confirmed, and exits with 1', async () => {
    await merchant.forage.pool('web').getToken()
    const ask = async (): Promise<string> => {
      await redis.kill()
      return 'web'
    }
    const args = ['compromise', '--pool', 'web', '--json']
    const { code, json } = await forageTokensHere(args, env, { ask })
    expect(json).toMatchObject({ ok: false, unknownTokens: 1, error: { code: 'store_unavailable' } })
    expect(code).toBe(1)
    await redis.start()
  })

  it('the commands rotate and compromise change nothing if the servers use another slot, or if the slot cannot be read', async () => {
    const session = await merchant.forage.mintSessionToken({
      pool: 'web',
      merchantAccount: merchant.merchantAccount,
    })
    const { authenticationTokens } = merchant.running.emulator.control.counts()
    const otherKey = Buffer.alloc(32, 9).toString('base64')
    const elsewhere: [Record<string, string>, string][] = [
      [{ FORAGE_POOLS: '{"web":{"scope":"pinpad_only reporting"}}' }, 'No server has used pool "web"'],
      [{ FORAGE_SEAL_KEY_1: otherKey }, '1 tokens of pool "web" were sealed with a missing key'],
    ]
    for (const [more, sentence] of elsewhere) {
      for (const command of ['rotate', 'compromise']) {
        const args = [command, '--pool', 'web', '--yes']
        const { code, stderr } = await forageTokensHere(args, { ...env, ...more }, { secrets: [otherKey] })
        expect(stderr).toContain(sentence)
        expect(code).toBe(2)
      }
    }
    expect(merchant.running.emulator.control.counts().authenticationTokens).toBe(authenticationTokens)
    expect(await merchant.isAlive(session.token)).toBe(true)
  })

  it('`forage-tokens drill` uses the same Redis with its own pools', async () => {
    const session = await merchant.forage.mintSessionToken({
      pool: 'web',
      merchantAccount: merchant.merchantAccount,
    })
    const { code, json } = await forageTokens(['drill', '--json'], env)
    expect(json).toMatchObject({
      ok: true,
      store: 'redis',
      rotation: { failed: 0 },
      compromise: { sessionTokens: { alive: 0 } },
    })
    expect(code).toBe(0)
    expect(await merchant.isAlive(session.token)).toBe(true)
    expect(await redis.cli('--raw', 'KEYS', '*:web')).not.toBe('')
  })
})

describe.skipIf(!hasRedis)('forage-tokens doctor on Redis', () => {
  const doctor = (more: Record<string, string> = {}, secrets: string[] = []) =>
    forageTokensHere(['doctor', '--json'], { ...env, ...more }, { secrets })

  it('`forage-tokens doctor` reports what it checked, and that Redis stores nothing on disk', async () => {
    await Promise.all([merchant.forage.pool('web').getToken(), merchant.forage.pool('ios').getToken()])
    const ended = await doctor()
    expect(ended.json['examined']).toEqual(
      'configuration,api,pool web,pool ios,redis,slot of web,slot of ios'.split(','),
    )
    expect(ids(ended)).toEqual(['redis-forgets'])
    expect(ended.code).toBe(0)
  })

  it('`forage-tokens doctor` reports that Redis evicts keys', async () => {
    await close()
    await open('--maxmemory', '100mb', '--maxmemory-policy', 'allkeys-lru', '--appendonly', 'yes')
    const ended = await doctor()
    expect(ended.json.findings).toMatchObject([
      { id: 'redis-evicts', severity: 'error' },
      { id: 'slot-empty' },
      { id: 'slot-empty' },
    ])
    expect(ended.code).toBe(1)
  })

  it('`forage-tokens doctor` reports a password that Redis refuses without printing it', async () => {
    await close()
    await open()
    await redis.cli('CONFIG', 'SET', 'requirepass', 'right-password')
    const REDIS_URL = `redis://:wrong-password@127.0.0.1:${redis.port}`
    const ended = await doctor({ REDIS_URL }, ['wrong-password'])
    expect(ended.json.findings).toMatchObject([
      { id: 'redis-unreachable', remedy: 'Correct the password in REDIS_URL.' },
    ])
  })

  it('`forage-tokens doctor` reports a slot that was sealed with another key', async () => {
    await merchant.forage.pool('web').getToken()
    const FORAGE_SEAL_KEY_1 = Buffer.alloc(32, 9).toString('base64')
    expect(ids(await doctor({ FORAGE_SEAL_KEY_1 }, [FORAGE_SEAL_KEY_1]))).toContain('slot-unreadable')
  })

  it('`forage-tokens doctor` reports that servers use another lifetime, or another scope and therefore another slot', async () => {
    await merchant.forage.pool('web').getToken()
    const other = (web: object) => ({ FORAGE_POOLS: JSON.stringify({ web }) })
    expect(ids(await doctor(other({ lifetimeSeconds: 86_400 })))).toContain('lifetime-differs')
    expect(ids(await doctor(other({ scope: 'pinpad_only reporting' })))).toContain('slot-empty')
  })
})
