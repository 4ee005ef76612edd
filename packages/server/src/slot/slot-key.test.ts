import { expect, it } from 'vitest'

import { slotKey, type SlotIdentity } from './slot-key.ts'

const identity: SlotIdentity = {
  pool: 'web',
  tokenUrl: 'https://api.sandbox.joinforage.app/o/token/',
  clientId: 'client-1',
  scope: 'pinpad_only',
}

it('the key of a slot is the same in every version, since another key would lose every token', async () => {
  expect(await slotKey(identity)).toBe('fst:1:{372849b339d2e3fe}:web')
})

it('another scope, client, endpoint or pool has another slot', async () => {
  const others = [
    { pool: 'app' },
    { tokenUrl: 'https://x.example/' },
    { clientId: 'client-2' },
    { scope: 'x' },
  ]
  const keys = await Promise.all([{}, ...others].map((other) => slotKey({ ...identity, ...other })))
  expect(new Set(keys).size).toBe(keys.length)
})

it('the key of a slot names the pool, and neither the client nor the scope', async () => {
  expect(await slotKey(identity)).toMatch(/^fst:1:\{[0-9a-f]{16}\}:web$/)
})
