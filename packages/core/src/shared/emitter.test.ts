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

test('a listener may subscribe again each time it is called', () => {
  const emitter = createEmitter<number>()
  const heard: number[] = []
  const subscribe = (): void => {
    const unsubscribe = emitter.on((value) => {
      unsubscribe()
      if (heard.push(value) < 10) subscribe()
    })
  }
  subscribe()
  emitter.emit(1)
  emitter.emit(2)
  expect(heard).toEqual([1, 2])
})

test('a listener that another listener unsubscribes is not called', () => {
  const emitter = createEmitter<number>()
  const heard: number[] = []
  emitter.on(() => unsubscribe())
  const unsubscribe = emitter.on((value) => heard.push(value))
  emitter.emit(1)
  expect(heard).toEqual([])
})

function fail(): never {
  throw new Error('of a listener')
}
