import { startEmulator, type RunningEmulator } from '@forage-session/emulator/node'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { credentials, forageTokens, forageTokensHere, ids, type Ended } from './forage-tokens.ts'
import { startForwarding } from './forwarding-host.ts'

const sealKey = { FORAGE_SEAL_KEY_1: Buffer.alloc(32).toString('base64') }

let running: RunningEmulator
let env: Record<string, string>

beforeAll(async () => {
  running = await startEmulator({ port: 0, switches: { requestLimit: 'off' } })
  const merchant = running.emulator.merchants[0]!.id
  env = { ...credentials, FORAGE_ENVIRONMENT: running.url, FORAGE_MERCHANT_ID: merchant }
})
afterAll(() => running.close())

const doctor = (more: Record<string, string> = {}, secrets: string[] = []): Promise<Ended> =>
  forageTokensHere(['doctor', '--json'], { ...env, ...more }, { secrets })

describe('forage-tokens doctor', () => {
  it('`forage-tokens doctor` reports what it checked, finds nothing in a correct setup, and leaves no live token', async () => {
    const ended = await forageTokens(['doctor', '--json'], env)
    expect(ended.json).toEqual({
      command: 'doctor',
      ok: true,
      examined: ['configuration', 'api', 'pool web'],
      findings: [],
    })
    expect(ended.code).toBe(0)
    expect(running.emulator.control.revokeAuthenticationTokens()).toBe(0)
  })

  it('`forage-tokens doctor` prints what is wrong, why, and what to do for each finding', async () => {
    const { stdout, code } = await forageTokens(['doctor'], { ...env, FORAGE_TOKEN_PATH: '/o/token' })
    expect(stdout).toMatch(
      /error slash-missing: FORAGE_TOKEN_PATH does not end in a slash\n {4}why: .+\n {4}do: {2}Add/,
    )
    expect(code).toBe(1)
  })

  it.each<[string, Record<string, string>, string[]]>([
    [
      'a client secret that Forage refuses',
      { FORAGE_CLIENT_SECRET: 'another-secret-0815' },
      ['credentials-rejected'],
    ],
    ['credentials that are not set', { FORAGE_CLIENT_SECRET: '' }, ['credentials-missing']],
    ['an unknown environment', { FORAGE_ENVIRONMENT: 'prod' }, ['environment-invalid']],
    ['a host where no process listens', { FORAGE_ENVIRONMENT: 'http://127.0.0.1:9' }, ['api-unreachable']],
    [
      'a secret sent over a network without TLS',
      { FORAGE_ENVIRONMENT: 'http://api.example.com' },
      ['configuration-invalid'],
    ],
    ['a scope that cannot mint', pools({ scope: 'reporting' }), ['scope-narrow', 'scope-cannot-mint']],
    ['an unknown scope', pools({ scope: 'pinpad' }), ['scope-unknown', 'scope-narrow']],
    ['a lifetime of ten hours', pools({ lifetimeSeconds: 36_000 }), ['lifetime-out-of-bounds']],
    ['a lifetime of a year', pools({ lifetimeSeconds: 31_536_000 }), ['lifetime-out-of-bounds']],
    ['pools that are not JSON', { FORAGE_POOLS: 'web' }, ['pools-invalid']],
    ['a merchant that Forage does not know', { FORAGE_MERCHANT_ID: 'mid/0000000000' }, ['merchant-invalid']],
    ['a missing merchant', { FORAGE_MERCHANT_ID: '' }, ['merchant-unset']],
    ['a memory store of four processes', { FORAGE_INSTANCES: '4' }, ['memory-store-of-several']],
    ['a memory store on a serverless platform', { VERCEL: '1' }, ['memory-store-of-several']],
    ['a Redis without a key', { REDIS_URL: 'redis://127.0.0.1:9' }, ['keys-missing']],
    [
      'a PostgreSQL without a key, which may hold no tokens',
      { DATABASE_URL: 'postgres://127.0.0.1:9/shop' },
      ['keys-missing'],
    ],
    ['nothing wrong with the address of another database', { DATABASE_URL: 'mysql://127.0.0.1:9/shop' }, []],
    [
      'a Redis that goes before a PostgreSQL',
      { REDIS_URL: 'redis://127.0.0.1:9', DATABASE_URL: 'postgres://127.0.0.1:9/shop', ...sealKey },
      ['redis-unreachable'],
    ],
    [
      'a PostgreSQL where no process listens',
      { DATABASE_URL: 'postgres://127.0.0.1:9/shop', ...sealKey },
      ['postgres-unreachable'],
    ],
    ['an invalid Redis address', { REDIS_URL: 'localhost:6379' }, ['redis-url-invalid']],
    ['Sentinels without a master', { REDIS_URL: 'redis+sentinel://one,two' }, ['redis-url-invalid']],
    ['an unknown way to send the secret', { FORAGE_CLIENT_AUTH: 'digest' }, ['client-auth-invalid']],
    [
      'a Redis where no process listens',
      { REDIS_URL: 'redis://127.0.0.1:9', FORAGE_SEAL_KEY_1: Buffer.alloc(32).toString('base64') },
      ['redis-unreachable'],
    ],
  ])('`forage-tokens doctor` finds %s', async (_, more, expected) => {
    expect(ids(await doctor(more))).toEqual(expected)
  })

  it('`forage-tokens doctor` finds all missing variables in one run', async () => {
    const ended = await forageTokensHere(['doctor', '--json'], {
      FORAGE_POOLS: '[]',
      REDIS_URL: 'redis://localhost',
    })
    expect(ids(ended)).toEqual(['credentials-missing', 'pools-invalid', 'keys-missing', 'merchant-unset'])
  })

  it("`forage-tokens doctor` finds a clock that differs from Forage's, and reports the difference", async () => {
    const date = new Date(Date.now() + 300_000).toUTCString()
    await using ahead = await startForwarding(running.url, undefined, { date })
    const { json, code } = await doctor({ FORAGE_ENVIRONMENT: ahead.url })
    expect(json.findings).toMatchObject([{ id: 'clock-skewed', severity: 'warning' }])
    expect(json.findings![0]!.what).toBe("This machine's clock is 5 min behind Forage's")
    expect(code).toBe(0)
  })

  it('`forage-tokens doctor` finds a revocation that does not work', async () => {
    await using stubborn = await startForwarding(running.url, (path) =>
      path === '/o/revoke_token/' ? { status: 503 } : undefined,
    )
    expect(ids(await doctor({ FORAGE_ENVIRONMENT: stubborn.url }))).toEqual(['revocation-failing'])
  })

  it('`forage-tokens doctor` finds a redirect at the token endpoint, and sends no secret to its target', async () => {
    await using moved = await startForwarding(running.url, (path) =>
      path === '/o/token/' ? { status: 301, headers: { location: `${running.url}/o/token/` } } : undefined,
    )
    const before = running.emulator.control.counts().authenticationTokens
    expect(ids(await doctor({ FORAGE_ENVIRONMENT: moved.url }))).toEqual(['token-endpoint-failing'])
    expect(running.emulator.control.counts().authenticationTokens).toBe(before)
  })

  it.each([
    ['post', 'basic'],
    ['basic', 'post'],
  ] as const)(
    '`forage-tokens doctor` finds that the token endpoint takes the secret as %s, not as %s, and leaves no live token',
    async (right, wrong) => {
      await using strict = await startForwarding(running.url, (path, { authorization }) =>
        path.startsWith('/o/') && (authorization === undefined) !== (right === 'post')
          ? { status: 401, body: '{"error":"invalid_client"}' }
          : undefined,
      )
      const more = { FORAGE_ENVIRONMENT: strict.url, FORAGE_CLIENT_AUTH: wrong }
      running.emulator.control.revokeAuthenticationTokens()
      const { json } = await doctor(more)
      expect(json.findings).toMatchObject([{ id: 'client-auth-differs', severity: 'error' }])
      expect(json.findings![0]!.remedy).toContain(`FORAGE_CLIENT_AUTH=${right}`)
      expect(ids(await doctor({ ...more, FORAGE_CLIENT_AUTH: right }))).toEqual([])
      expect(running.emulator.control.revokeAuthenticationTokens()).toBe(0)
    },
  )

  it.each([
    ['/o/token/', 403],
    ['/o/token/', 200],
    ['/api/session_token/', 403],
  ])(
    '`forage-tokens doctor` finds a page of a firewall in place of the answer of %s, with status %d',
    async (blocked, status) => {
      const headers = { 'content-type': 'text/html; charset=utf-8' }
      await using firewall = await startForwarding(running.url, (path) =>
        path === blocked ? { status, headers, body: '<html>Blocked by policy 4711</html>' } : undefined,
      )
      const { json, stdout } = await doctor({ FORAGE_ENVIRONMENT: firewall.url })
      expect(json.findings).toMatchObject([{ id: 'egress-blocked', severity: 'error' }])
      expect(json.findings![0]!.what).toContain(`status ${status}`)
      expect(stdout).not.toContain('4711')
    },
  )

  it('`forage-tokens doctor` checks each pool with its own client', async () => {
    const own = { FORAGE_CLIENT_ID_KIOSK_2: 'kiosk', FORAGE_CLIENT_SECRET_KIOSK_2: 'wrong-secret-of-kiosk' }
    const ended = await doctor({ ...own, FORAGE_POOLS: '{"web":{},"kiosk-2":{}}' }, ['wrong-secret-of-kiosk'])
    expect(ended.json['examined']).toEqual(['configuration', 'api', 'pool web', 'pool kiosk-2'])
    expect(ended.json.findings).toMatchObject([{ id: 'credentials-rejected' }])
    expect(ended.json.findings![0]!.what).toContain('"kiosk-2"')
  })

  it('`forage-tokens doctor` prints no password from an address, and no secret that is set in the wrong variable', async () => {
    const password = 'hunter2-of-redis'
    const withPassword = { FORAGE_ENVIRONMENT: `https://shop:${password}@127.0.0.1` }
    expect(ids(await doctor(withPassword, [password]))).toEqual(['environment-invalid'])
    const REDIS_URL = `redis+sentinel://:${password}@one,two/`
    expect(ids(await doctor({ REDIS_URL }, [password]))).toEqual(['redis-url-invalid'])
    const swapped = {
      FORAGE_ENVIRONMENT: credentials.FORAGE_CLIENT_SECRET,
      FORAGE_POOLS: credentials.FORAGE_CLIENT_SECRET,
    }
    expect(ids(await doctor(swapped))).toEqual(['environment-invalid', 'pools-invalid'])
  })
})

function pools(web: object): Record<string, string> {
  return { FORAGE_POOLS: JSON.stringify({ web }) }
}
