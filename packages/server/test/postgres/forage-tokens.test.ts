import { startEmulator, type RunningEmulator } from '@forage-session/emulator/node'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'

import { createForageServer, createSealer, fingerprint, type ForageServer } from '../../src/index.ts'
import type { PostgresStore } from '../../src/postgres.ts'
import { credentials, forageTokens, forageTokensHere, ids } from '../cli/forage-tokens.ts'
import { eventually } from './eventually.ts'
import { hasPostgres, PostgresServer } from './postgres-server.ts'
import { connectedStore, keys } from './stores.ts'

const table = 'shop.tokens'

let running: RunningEmulator
let server: PostgresServer
let store: PostgresStore
let forage: ForageServer
let env: Record<string, string>
let merchantAccount: string

/** Starts a merchant's server, and a PostgreSQL that it shares with every command that has the same variables. */
async function open(): Promise<void> {
  running = await startEmulator({ port: 0, switches: { requestLimit: 'off' } })
  server = await PostgresServer.start()
  merchantAccount = running.emulator.merchants[0]!.id
  const { FORAGE_CLIENT_ID: clientId, FORAGE_CLIENT_SECRET: clientSecret } = credentials
  store = await connectedStore(server, {}, { table })
  const { test: key } = keys
  forage = createForageServer({
    environment: { apiUrl: running.url },
    credentials: { clientId, clientSecret },
    store: { ...store, sealer: createSealer({ current: 'k1', k1: key }) },
  })
  env = {
    ...credentials,
    FORAGE_ENVIRONMENT: running.url,
    FORAGE_MERCHANT_ID: merchantAccount,
    DATABASE_URL: server.url.replace('postgres@', 'postgres:database-pass-word@'),
    FORAGE_TOKEN_TABLE: table,
    FORAGE_SEAL_KEY_1: key,
  }
}

async function close(): Promise<void> {
  await forage.close()
  await store.close!()
  await server[Symbol.asyncDispose]()
  await running.close()
}

beforeEach(() => (hasPostgres ? open() : undefined))
afterEach(() => (hasPostgres ? close() : undefined))

const secrets = ['database-pass-word']

describe.skipIf(!hasPostgres)('forage-tokens, next to a server on the same PostgreSQL,', () => {
  it('the commands status and rotate use the slot of the server, which gets the new token', async () => {
    const before = await forage.pool('web').getToken()
    const status = await forageTokens(['status', '--json'], env, secrets)
    expect(status.json).toMatchObject({
      ok: true,
      pools: [{ pool: 'web', state: 'ready', fingerprint: fingerprint(before) }],
    })
    const rotation = await forageTokens(['rotate', '--json'], env, secrets)
    expect(rotation.json).toMatchObject({ ok: true, pool: 'web', previous: fingerprint(before) })
    // PostgreSQL notifies the server.
    await eventually(async () => {
      expect(fingerprint(await forage.pool('web').getToken())).toBe(rotation.json['fingerprint'])
    })
    expect([status.code, rotation.code]).toEqual([0, 0])
  })

  it('`forage-tokens compromise` kills the tokens of the server', async () => {
    const leaked = await forage.pool('web').getToken()
    const { code, json } = await forageTokens(['compromise', '--yes', '--json'], env, secrets)
    expect(json).toMatchObject({
      ok: true,
      tokens: [{ fingerprint: fingerprint(leaked), revoked: true, verified: 'dead' }],
    })
    expect(code).toBe(0)
  })

  it('`forage-tokens drill` uses the same PostgreSQL with its own pools', async () => {
    await forage.pool('web').getToken()
    const { code, json } = await forageTokens(['drill', '--json'], env, secrets)
    expect(json).toMatchObject({ ok: true, store: 'postgres', rotation: { failed: 0 } })
    expect(code).toBe(0)
  })

  it('with another table or database, the commands change nothing and say what is wrong', async () => {
    await forage.pool('web').getToken()
    for (const [more, code, sentence] of [
      [{ FORAGE_TOKEN_TABLE: 'elsewhere' }, 1, 'the table "elsewhere". Call createTable()'],
      [{ FORAGE_TOKEN_TABLE: 'x; DROP TABLE y' }, 2, 'Option "table" must be a name or schema.name'],
      [
        { DATABASE_URL: 'postgres://127.0.0.1:9/shop' },
        1,
        'The PostgreSQL of DATABASE_URL cannot be used (ECONNREFUSED)',
      ],
    ] as const) {
      const ended = await forageTokensHere(['rotate'], { ...env, ...more }, { secrets })
      expect(ended.stderr).toContain(sentence)
      expect(ended.code).toBe(code)
    }
    expect(running.emulator.control.counts().authenticationTokens).toBe(1)
  })
})

describe.skipIf(!hasPostgres)('forage-tokens doctor on PostgreSQL', () => {
  const doctor = (more: Record<string, string> = {}) =>
    forageTokensHere(['doctor', '--json'], { ...env, ...more }, { secrets })

  it('`forage-tokens doctor` reports what it checked, and finds nothing in a correct setup', async () => {
    await forage.pool('web').getToken()
    const ended = await doctor()
    expect(ended.json).toMatchObject({
      ok: true,
      examined: ['configuration', 'api', 'pool web', 'postgres', 'slot of web'],
      findings: [],
    })
    expect(ended.code).toBe(0)
    const rows = await server.sql<{ key: string }>(`SELECT key FROM ${table}`)
    expect(rows).toHaveLength(1)
  })

  it.each<[string, Record<string, string>, string[]]>([
    ['a table that does not exist', { FORAGE_TOKEN_TABLE: 'elsewhere' }, ['postgres-table-missing']],
    [
      'a PostgreSQL that cannot be reached',
      { DATABASE_URL: 'postgres://127.0.0.1:9/shop' },
      ['postgres-unreachable'],
    ],
    ['a database that no server uses', {}, ['slot-empty']],
  ])('`forage-tokens doctor` finds %s', async (_, more, expected) => {
    expect(ids(await doctor(more))).toEqual(expected)
  })

  it('`forage-tokens doctor` finds a user who may not use the table', async () => {
    await server.sql('CREATE ROLE guest LOGIN; GRANT USAGE ON SCHEMA shop TO guest')
    const url = { DATABASE_URL: server.url.replace('postgres@', 'guest@') }
    expect(ids(await doctor(url))).toEqual(['postgres-refuses'])
    await server.sql(`GRANT SELECT ON ${table} TO guest`)
    expect((await doctor(url)).json.findings).toMatchObject([
      { id: 'postgres-refuses', what: 'PostgreSQL refuses to write to the table of the store (42501)' },
    ])
  })
})
