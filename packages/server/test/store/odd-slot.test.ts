import { describe, expect, it } from 'vitest'

import type { StoredValue, TokenStore } from '../../src/index.ts'
import { rejection } from '../fixtures/rejections.ts'
import { separateStore } from '../fixtures/separate-store.ts'
import { createFixture, merchantAccount } from '../fixtures/server-fixture.ts'
import { tokenPath } from '../fixtures/upstream-stub.ts'
import { settle } from '../fixtures/virtual-clock.ts'

const second = 1000
const foreign = 'sandbox_0000MAMs7hhbw9JifUuJlzUZS3zWDx'

/** Creates a store in which another program has written `value` into every slot. */
function overwritten(value: unknown): TokenStore & { swaps: number } {
  const stored = { value, version: 'odd' } as StoredValue
  const store = {
    capabilities: { atomic: true as const },
    swaps: 0,
    get: async () => stored,
    cas: async () => (store.swaps++, { ok: true as const }),
  }
  return store
}

describe('a slot of another shape', () => {
  it.each([
    ['text', 'hello'],
    ['no text', 7],
    ['null', 'null'],
    ['a list', '[]'],
    ['an empty object', '{}'],
    ['a later version', '{"v":2}'],
    ['a token that is text', `{"v":1,"current":"${foreign}"}`],
    ['a token without its times', `{"v":1,"current":{"id":"a","token":"${foreign}"}}`],
    ['draining tokens that are no list', '{"v":1,"draining":7}'],
    ['a lease that is text', '{"v":1,"lease":"a"}'],
  ])(
    'a slot that holds %s counts as a store that is down, and nothing in it is used',
    async (_what, value) => {
      const store = overwritten(value)
      const { forage, upstream, eventsOf, clock } = createFixture({ store })
      for (let i = 0; i < 5; i++) {
        await expect(forage.mintSessionToken({ merchantAccount })).resolves.toBeDefined()
        await settle()
        await clock.advance(2 * second)
      }
      expect(await forage.pool('web').getToken()).toBe(upstream.issued[0])
      expect(upstream.count(tokenPath)).toBe(1)
      expect(store.swaps).toBe(0)
      expect(eventsOf('store-unavailable')).toMatchObject([{ code: 'UNREADABLE_SLOT' }])
      expect(forage.health()).toMatchObject({
        ready: true,
        degraded: ['Pool "web": the token store does not answer (UNREADABLE_SLOT)'],
      })
      const error = await rejection(forage.pool('web').rotate())
      expect(error).toMatchObject({ code: 'store_unavailable' })
      expect(error.remedy).toContain('what else writes to the keys')
      expect(JSON.stringify([error, String(error.cause)])).not.toContain(foreign)
    },
  )

  it.each([undefined, 7, { version: 'v' }, { value: 'x' }])(
    'a store that answers %j in place of a value counts as down',
    async (answer) => {
      const store = { ...separateStore(), get: async () => answer as never }
      const { forage } = createFixture({ store })
      await expect(forage.mintSessionToken({ merchantAccount })).resolves.toBeDefined()
      await expect(forage.pool('web').rotate()).rejects.toMatchObject({ code: 'store_unavailable' })
    },
  )

  it('a swap that answers with an odd value counts as a store that is down', async () => {
    const store = { ...separateStore(), cas: async () => ({ ok: false, current: 7 }) as never }
    const { forage } = createFixture({ store })
    await expect(forage.mintSessionToken({ merchantAccount })).resolves.toBeDefined()
    await expect(forage.pool('web').rotate()).rejects.toMatchObject({ code: 'store_unavailable' })
  })
})
