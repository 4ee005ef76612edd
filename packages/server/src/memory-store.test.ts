import { expect, it } from 'vitest'

import { memoryStore } from './memory-store.ts'

const ttlMs = 1000

it('lets one of two writers win, and shows the loser what is there', async () => {
  const store = memoryStore({ singleInstance: true })
  expect(await store.cas('k', null, 'a', { nextVersion: '1', ttlMs })).toEqual({ ok: true })
  const lost = await store.cas('k', null, 'b', { nextVersion: '2', ttlMs })
  expect(lost).toEqual({ ok: false, current: { value: 'a', version: '1' } })
  expect(await store.get('k')).toEqual({ value: 'a', version: '1' })
})

it('accepts a write that is sent twice', async () => {
  const store = memoryStore({ singleInstance: true })
  const write = (): ReturnType<typeof store.cas> => store.cas('k', null, 'a', { nextVersion: '1', ttlMs })
  expect([await write(), await write()]).toEqual([{ ok: true }, { ok: true }])
})
