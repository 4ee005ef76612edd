import { afterEach, expect, test, vi } from 'vitest'

import { createEmitter } from './emitter.ts'

afterEach(() => void vi.restoreAllMocks())

test.each<[string, () => unknown]>([
  ['throws', () => fail()],
  ['returns a promise that rejects', async () => fail()],
])('a listener that %s is reported, and the other listeners are called', async (_, bad) => {
  const reported = vi.spyOn(console, 'error').mockImplementation(() => {})
  const emitter = createEmitter<number>()
  const good = vi.fn<(value: number) => void>()
  emitter.on(bad)
  emitter.on(good)
  emitter.emit(1)
  expect(good).toHaveBeenCalledWith(1)
  await vi.waitFor(() => expect(reported).toHaveBeenCalledOnce())
})

function fail(): never {
  throw new Error('of a listener')
}
