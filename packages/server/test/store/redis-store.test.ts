import { describe, expect, it } from 'vitest'

import { redisStore, type RedisClient, type RedisScripting } from '../../src/redis.ts'
import { createVirtualClock } from '../fixtures/virtual-clock.ts'

const secretKey = btoa('k'.repeat(32))
const keys = { current: 'a', a: secretKey }

/** A client that answers every script with this. */
function answering(answer: () => Promise<unknown>): RedisClient {
  return { eval: answer, evalsha: answer }
}

describe('redisStore', () => {
  it('gives up on a client that does not answer after exactly 500 ms, and leaves no timer', async () => {
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

  it('sends a script whole only to a server that does not know it', async () => {
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

  it("keeps of the client's error only its code", async () => {
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
    'refuses a reply that is not of strings, with a sentence: %j',
    async (reply) => {
      const store = redisStore(
        answering(async () => reply),
        { keys },
      )
      await expect(store.get('k')).rejects.toThrow(/must answer a script with (strings|a list)/)
    },
  )

  it('cannot be subscribed to over a client that cannot subscribe', () => {
    const store = redisStore(
      answering(async () => null),
      { keys },
    )
    expect(store.subscribe).toBeUndefined()
  })
})

describe('redisStore refuses, with a sentence,', () => {
  const client = answering(async () => null)

  it.each([undefined, null, 'redis://localhost:6379', {}, { get: () => null, set: () => null }])(
    'what is no client: %j',
    (value) => {
      expect(() => redisStore(value as never, { keys })).toThrow(
        /"client" must be a client of redis, ioredis/,
      )
    },
  )

  it('to keep tokens unsealed', () => {
    expect(() => redisStore(client, undefined as never)).toThrow(/"keys"/)
    expect(() => redisStore(client, { keys: { current: 'a', a: 'too short' } })).toThrow(/"keys.a"/)
  })

  it.each([0, -1, 1.5, Number.NaN, '500'])('a time that is none: %j', (timeoutMs) => {
    expect(() => redisStore(client, { keys, timeoutMs: timeoutMs as number })).toThrow(/"timeoutMs" must be/)
  })

  it('and never shows a key', () => {
    expect(JSON.stringify(redisStore(client, { keys }))).not.toContain(secretKey)
  })
})
