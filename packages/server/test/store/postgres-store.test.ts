import { describe, expect, it } from 'vitest'

import {
  postgresStore,
  type PostgresPool,
  type PostgresPoolClient,
  type PostgresQueries,
} from '../../src/postgres.ts'
import { createVirtualClock } from '../fixtures/virtual-clock.ts'

const secretKey = btoa('k'.repeat(32))
const keys = { current: 'a', a: secretKey }
const swap = { nextVersion: '2', ttlMs: 60_000 }

type Query = PostgresQueries['query']

interface TestPool extends PostgresPool {
  /** Whether each returned connection was to be closed. */
  closed: boolean[]
}

/** Creates a pool whose connections answer every statement with `query`. */
function poolOf(query: Query): TestPool {
  const closed: boolean[] = []
  return {
    closed,
    connect: async () => ({ query, release: (destroy = false) => void closed.push(destroy) }),
  }
}

/** Creates a pool that answers one statement after another, and then always with the last answer. */
function answering(...answers: (unknown[] | Error)[]): TestPool {
  return poolOf(async () => {
    const answer = answers.length > 1 ? answers.shift() : answers[0]
    if (answer instanceof Error) throw answer
    return { rows: answer ?? [] }
  })
}

function pgError(code: string, message = ''): Error {
  return Object.assign(new Error(message), { code })
}

describe('an operation of postgresStore', () => {
  it('an operation rejects after 500 ms without an answer, closes its connection, and leaves no timer', async () => {
    const clock = createVirtualClock()
    const pool = poolOf(() => new Promise(() => {}))
    const reading = postgresStore(pool, { keys, clock })
      .get('k')
      .catch((error: unknown) => error)
    let isOver = false
    void reading.then(() => (isOver = true))
    await clock.advance(499)
    expect(isOver).toBe(false)
    await clock.advance(1)
    expect(await reading).toMatchObject({ name: 'PostgresStoreError', code: 'TIMEOUT' })
    expect(pool.closed).toEqual([true])
    expect(clock.pending()).toBe(0)
  })

  it('a statement is not sent on a connection that the pool lends after the deadline', async () => {
    const clock = createVirtualClock()
    let lend = (_client: PostgresPoolClient): void => {}
    const connected = new Promise<PostgresPoolClient>((resolve) => (lend = resolve))
    const sent: string[] = []
    const query: Query = async (text) => {
      sent.push(text)
      return { rows: [] }
    }
    const store = postgresStore({ connect: () => connected }, { keys, clock })
    const writing = store.cas('k', null, 'late', swap).catch((error: unknown) => error)
    await clock.advance(500)
    expect(await writing).toMatchObject({ code: 'TIMEOUT' })
    const released: boolean[] = []
    lend({ query, release: (destroy = false) => void released.push(destroy) })
    await clock.advance(0)
    expect([sent, released]).toEqual([[], [false]])
  })

  it.each([
    ['57P01', 'terminating connection due to administrator command'],
    ['08006', ''],
    ['ECONNRESET', ''],
    [undefined, 'Connection terminated unexpectedly'],
    [undefined, 'Client has encountered a connection error and is not queryable'],
  ])('an operation whose connection is lost (%s %s) is made on another connection', async (code, message) => {
    const lost = code === undefined ? new Error(message) : pgError(code, message)
    const pool = answering(lost, lost, [{ version: '1', value: 'a' }])
    expect(await postgresStore(pool, { keys }).get('k')).toEqual({ version: '1', value: 'a' })
    expect(pool.closed).toEqual([true, true, false])
  })

  it('an operation rejects if three connections in a row are lost', async () => {
    const pool = answering(new Error('Connection terminated unexpectedly'))
    await expect(postgresStore(pool, { keys }).get('k')).rejects.toMatchObject({ code: '08006' })
    expect(pool.closed).toHaveLength(3)
  })

  it('a swap that serializable isolation refuses is lost to the value that is stored', async () => {
    const pool = answering(pgError('40001'), [{ version: '3', value: 'other' }])
    expect(await postgresStore(pool, { keys }).cas('k', '1', 'mine', swap)).toEqual({
      ok: false,
      current: { version: '3', value: 'other' },
    })
    expect(pool.closed).toEqual([false, false])
  })

  it('a swap that serializable isolation refuses because of another key is made again', async () => {
    const pool = answering(pgError('40001'), [{ version: '1', value: 'mine' }], [{}])
    expect(await postgresStore(pool, { keys }).cas('k', '1', 'next', swap)).toEqual({ ok: true })
  })

  it('a swap whose answer was lost succeeds if its version is stored', async () => {
    const pool = answering(pgError('40001'), [{ version: '2', value: 'mine' }])
    expect(await postgresStore(pool, { keys }).cas('k', '1', 'mine', swap)).toEqual({ ok: true })
  })

  it.each([
    [
      pgError('42P01'),
      '42P01',
      /answered 42P01 to a statement about the table "forage_token_slots"\. Call createTable\(\)/,
    ],
    [pgError('25006'), '25006', /answered 25006/],
    [pgError('ECONNREFUSED', 'with pass-word'), 'ECONNREFUSED', /cannot be reached \(ECONNREFUSED\)/],
    [new Error('Cannot use a pool after calling end on the pool'), 'ENDED', /cannot be reached \(ENDED\)/],
    [new Error('timeout exceeded when trying to connect'), 'TIMEOUT', /did not answer in time/],
    [new Error('with pass-word'), 'UNKNOWN', /cannot be reached \(UNKNOWN\)/],
  ])(
    'the error %s becomes a PostgresStoreError with its code and without its text',
    async (thrown, code, message) => {
      const reading = postgresStore(answering(thrown), { keys }).get('k')
      const error = await reading.catch((reason: unknown) => reason)
      expect(error).toMatchObject({
        name: 'PostgresStoreError',
        code,
        message: expect.stringMatching(message) as string,
      })
      expect(error).not.toHaveProperty('cause')
      expect(String(error)).not.toContain('pass-word')
    },
  )

  it('an operation rejects if the pool returns rows as arrays', async () => {
    await expect(postgresStore(answering([['1', 'a']]), { keys }).get('k')).rejects.toMatchObject({
      code: 'UNREADABLE',
    })
  })
})

describe('the options of postgresStore', () => {
  const pool = answering([])

  it.each([undefined, null, 'postgres://localhost', {}, { connect: true }])(
    'postgresStore throws for the pool %j',
    (value) => {
      expect(() => postgresStore(value as never, { keys })).toThrow(/"pool" must be a Pool of pg/)
    },
  )

  it('postgresStore throws for a client, which does not reconnect', () => {
    const client = { connect: () => {}, query: () => {}, escapeIdentifier: () => '' }
    expect(() => postgresStore(client as never, { keys })).toThrow(/got a Client: it does not reconnect/)
  })

  it('postgresStore throws without valid keys', () => {
    expect(() => postgresStore(pool, undefined as never)).toThrow(/"keys"/)
    expect(() => postgresStore(pool, { keys: { current: 'a', a: 'too short' } })).toThrow(/"keys.a"/)
  })

  it.each(['slots', 'shop.slots', 'Shop.Forage-Token_Slots$1', 's'.repeat(63)])(
    'postgresStore accepts the table %s',
    (table) => {
      expect(() => postgresStore(pool, { keys, table })).not.toThrow()
    },
  )

  it.each([
    '',
    '.',
    'a.',
    'a.b.c',
    '1st',
    'x"; DROP TABLE orders; --',
    "it's",
    'a b',
    's'.repeat(64),
    7,
    null,
  ])('postgresStore throws for the table %j', (table) => {
    expect(() => postgresStore(pool, { keys, table: table as string })).toThrow(/"table" must be a name/)
  })

  it.each([0, -1, 1.5, Number.NaN, '500'])('postgresStore throws for the timeoutMs %j', (timeoutMs) => {
    expect(() => postgresStore(pool, { keys, timeoutMs: timeoutMs as number })).toThrow(/"timeoutMs" must be/)
  })

  it('postgresStore throws for a listen that is not a boolean, and for unknown options', () => {
    expect(() => postgresStore(pool, { keys, listen: 'no' as never })).toThrow(/"listen" must be/)
    expect(() => postgresStore(pool, { keys, tabel: 'slots' } as never)).toThrow(/did you mean "table"/)
  })

  it('JSON.stringify of the store shows no key', () => {
    expect(JSON.stringify(postgresStore(pool, { keys }))).not.toContain(secretKey)
  })
})
