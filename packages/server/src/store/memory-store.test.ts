import { describe, expect, it, test, vi } from 'vitest'

import { describeTokenStore } from '../testing.ts'
import { memoryStore } from './memory-store.ts'

const memory = memoryStore({ singleInstance: true })
describeTokenStore('The memory store', () => memory, { describe, test, expect })

it.each([undefined, {}, { singleInstance: false }])(
  'memoryStore throws unless the options confirm a single instance (%j)',
  (options) => {
    expect(() => memoryStore(options as never)).toThrow(/"singleInstance" must be true/)
  },
)

it('all memory stores of a process share their slots, also those of another copy of the module', async () => {
  vi.resetModules()
  const copy = await import('./memory-store.ts')
  expect(copy.memoryStore).not.toBe(memoryStore)
  const stores = [memoryStore, memoryStore, copy.memoryStore].map((create) =>
    create({ singleInstance: true }),
  )
  for (const [i, store] of stores.entries()) {
    const expected = i === 0 ? null : String(i - 1)
    const swap = { nextVersion: String(i), ttlMs: 1000 }
    expect(await store.cas('k', expected, `value ${i}`, swap)).toEqual({ ok: true })
  }
  for (const store of stores) expect(await store.get('k')).toEqual({ value: 'value 2', version: '2' })
})

it('no listing of the globals shows a slot', async () => {
  const store = memoryStore({ singleInstance: true })
  await store.cas('k', null, 'a-readable-token', { nextVersion: 'v', ttlMs: 1000 })
  const util: string = 'node:util'
  const { inspect } = (await import(util)) as { inspect: (value: unknown, options: object) => string }
  const { [Symbol.for('@forage-session/server/memory-slots/1')]: slots } = globalThis as Record<
    symbol,
    unknown
  >
  expect(inspect(slots, { depth: Infinity, showHidden: true })).not.toContain('a-readable-token')
  expect(Object.getOwnPropertySymbols({ ...globalThis })).not.toContain(
    Symbol.for('@forage-session/server/memory-slots/1'),
  )
})
