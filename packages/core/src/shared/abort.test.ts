import { expect, test } from 'vitest'

import { abortWith, throwIfAborted } from './abort.ts'
import { detachable } from './detachable.ts'

/** Returns a controller of a runtime that knows neither `reason` nor `throwIfAborted` (React Native, jsdom 16). */
function createOldController(): AbortController {
  const target = new EventTarget()
  const signal = Object.assign(target, { aborted: false })
  return {
    signal: signal as unknown as AbortSignal,
    abort() {
      signal.aborted = true
      target.dispatchEvent(new Event('abort'))
    },
  }
}

test('throwIfAborted throws the signal’s own reason', () => {
  expect(() => throwIfAborted(AbortSignal.abort(new Error('gone')))).toThrow('gone')
  expect(() => throwIfAborted(new AbortController().signal)).not.toThrow()
  expect(() => throwIfAborted(undefined)).not.toThrow()
})

test('without a reason in the runtime, an abort is an AbortError', async () => {
  const controller = createOldController()
  const waiting = detachable(new Promise(() => {}), controller.signal)
  controller.abort()
  await expect(waiting).rejects.toMatchObject({ name: 'AbortError' })
  expect(() => throwIfAborted(controller.signal)).toThrow(expect.objectContaining({ name: 'AbortError' }))
})

test.each([
  ['the platform', new AbortController()],
  ['a runtime that keeps no reason', createOldController()],
])('abortWith rejects those who wait with its reason, in %s', async (_, controller) => {
  const waiting = detachable(new Promise(() => {}), controller.signal)
  const reason = new Error('closed')
  abortWith(controller, reason)
  await expect(waiting).rejects.toBe(reason)
  expect(() => throwIfAborted(controller.signal)).toThrow(reason)
})
