import { describe, expect, it } from 'vitest'

import { redisStore, type RedisClient, type RedisScripting } from '../../src/redis.ts'
import { createVirtualClock } from '../fixtures/virtual-clock.ts'

const secretKey = btoa('k'.repeat(32))
const keys = { current: 'a', a: secretKey }

/** Creates a client that answers every script with `answer`. */
function answering(answer: () => Promise<unknown>): RedisClient {
  return { eval: answer, evalsha: answer }
}

describe('redisStore', () => {
  it('an operation rejects after 500 ms without an answer and leaves no timer', async () => {
    const clock = createVirtualClock()
    const store = redisStore(
      answering(() => new Promise(() => {})),
      { keys, clock },
    )
    const reading = store.get('k').catch((error: unknown) => error)
    let isOver = false
    void reading.then(() => (isOver = true))
    await clock.advance(499)
    expect(isOver).toBe(false)
    await clock.advance(1)
    expect(await reading).toMatchObject({ name: 'RedisStoreError', code: 'TIMEOUT' })
    expect(clock.pending()).toBe(0)
  })

  it('the source of a script is sent only if Redis does not know its hash', async () => {
    const sent: string[] = []
    const client: RedisScripting = {
      eval: async (script) => {
        sent.push(script)
        return ['1', 'value']
      },
      evalsha: async (sha1) => {
        sent.push(sha1)
        if (sent.length === 1) throw new Error('NOSCRIPT No matching script. Please use EVAL.')
        return ['1', 'value']
      },
    }
    const store = redisStore(client, { keys })
    await store.get('k')
    await store.get('k')
    expect(sent).toEqual([expect.stringMatching(/^[0-9a-f]{40}$/), expect.stringMatching('HMGET'), sent[0]])
  })

  it("RedisStoreError has the code of the client's error and no cause", async () => {
    const error = Object.assign(new Error('connect ECONNREFUSED with pass-word'), {
      code: 'ECONNREFUSED',
      command: { name: 'auth', args: ['pass-word'] },
    })
    const store = redisStore(
      answering(() => Promise.reject(error)),
      { keys },
    )
    const thrown = await store.get('k').catch((reason: unknown) => reason)
    expect(thrown).toMatchObject({
      name: 'RedisStoreError',
      code: 'ECONNREFUSED',
      message: 'The Redis command could not be sent (ECONNREFUSED)',
    })
    expect(thrown).not.toHaveProperty('cause')
    expect(Object.keys(thrown as object).toSorted()).toEqual(['code', 'name'])
  })

  it.each([[['1', { parsed: true }]], [[1, 'value']], ['a string']])(
    'an operation rejects if the client replies with %j',
    async (reply) => {
      const store = redisStore(
        answering(async () => reply),
        { keys },
      )
      await expect(store.get('k')).rejects.toThrow(/must answer a script with (strings|a list)/)
    },
  )

  it('the store has no `subscribe` if the client cannot subscribe', () => {
    const store = redisStore(
      answering(async () => null),
      { keys },
    )
    expect(store.subscribe).toBeUndefined()
  })
})

describe('the options of redisStore', () => {
  const client = answering(async () => null)

  it.each([undefined, null, 'redis://localhost:6379', {}, { get: () => null, set: () => null }])(
    'redisStore throws for the client %j',
    (value) => {
      expect(() => redisStore(value as never, { keys })).toThrow(
        /"client" must be a client of redis, ioredis/,
      )
    },
  )

  it('redisStore throws without valid keys', () => {
    expect(() => redisStore(client, undefined as never)).toThrow(/"keys"/)
    expect(() => redisStore(client, { keys: { current: 'a', a: 'too short' } })).toThrow(/"keys.a"/)
  })

  it.each([0, -1, 1.5, Number.NaN, '500'])('redisStore throws for the timeoutMs %j', (timeoutMs) => {
    expect(() => redisStore(client, { keys, timeoutMs: timeoutMs as number })).toThrow(/"timeoutMs" must be/)
  })

  it('JSON.stringify of the store shows no key', () => {
    expect(JSON.stringify(redisStore(client, { keys }))).not.toContain(secretKey)
  })
})
