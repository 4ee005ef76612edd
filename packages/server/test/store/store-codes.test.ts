import { describe, expect, it } from 'vitest'

import { memoryStore, type TokenStore } from '../../src/index.ts'
import { postgresStore } from '../../src/postgres.ts'
import { createFixture } from '../fixtures/server-fixture.ts'
import { settle } from '../fixtures/virtual-clock.ts'

const keys = { current: 'a', a: btoa('k'.repeat(32)) }
const second = 1000

/** Creates a store whose operations reject with this error. */
function failing(error: Error): TokenStore {
  const fail = async (): Promise<never> => {
    throw error
  }
  return { capabilities: { atomic: true }, get: fail, cas: fail }
}

describe('the code of a store that is down', () => {
  it('the code of the store is in the event, in `degraded`, and in the error of an operator', async () => {
    const error = Object.assign(new Error('READONLY redis://:pass-word@host'), { code: 'READONLY' })
    const { forage, eventsOf } = createFixture({ store: failing(error) })
    await forage.pool('web').getToken()
    expect(eventsOf('store-unavailable')).toMatchObject([{ pool: 'web', code: 'READONLY' }])
    expect(forage.health().degraded).toEqual(['Pool "web": the token store does not answer (READONLY)'])
    await expect(forage.pool('web').freeze({ reason: 'odd' })).rejects.toMatchObject({
      code: 'store_unavailable',
      message: 'The token store does not answer (READONLY): pool "web" is frozen in this process only',
    })
  })

  it('an error without a code adds none', async () => {
    const { forage, eventsOf } = createFixture({ store: failing(new Error('pass-word')) })
    await forage.pool('web').getToken()
    expect(eventsOf('store-unavailable')[0]).not.toHaveProperty('code')
    expect(forage.health().degraded).toEqual(['Pool "web": the token store does not answer'])
  })

  it('if the table of a PostgreSQL store does not exist, the remedy says to call createTable', async () => {
    const query = async (): Promise<never> => {
      throw Object.assign(new Error('relation does not exist'), { code: '42P01' })
    }
    const { forage } = createFixture({ store: postgresStore({ query }, { keys }) })
    await expect(forage.pool('web').rotate()).rejects.toMatchObject({
      code: 'store_unavailable',
      remedy: expect.stringMatching(/^Call createTable\(\) of the store/) as string,
    })
  })
})

describe('a store that does not notify of changes', () => {
  it('a subscription that fails is `degraded`, and the next read of the store tries again', async () => {
    let refusal: string | undefined = '53300'
    let failure: string | undefined
    let subscribed = 0
    const store: TokenStore = {
      ...memoryStore({ singleInstance: true }),
      async subscribe() {
        failure = refusal
        if (refusal !== undefined) throw new Error('too many connections')
        subscribed++
        return () => {}
      },
      pushFailure: () => failure,
    }
    const { forage, clock } = createFixture({ store })
    await forage.pool('web').getToken()
    await settle()
    expect(forage.health()).toMatchObject({
      ready: true,
      degraded: ['Pool "web": the token store does not notify of changes (53300), so they are polled'],
    })
    refusal = undefined
    for (let reads = 0; reads < 2; reads++) {
      await clock.advance(31 * second)
      await forage.pool('web').getToken()
      await settle()
      expect(subscribed).toBe(1)
      expect(forage.health().degraded).toEqual([])
    }
  })
})
