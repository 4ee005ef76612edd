import { expect, it } from 'vitest'

import { BodyTooLargeError, readBounded } from './bounded-body.ts'

const long = 'x'.repeat(100)

it('reads a body as text, character by character however it is cut', async () => {
  const bytes = new TextEncoder().encode('né€')
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      for (const byte of bytes) controller.enqueue(Uint8Array.of(byte))
      controller.close()
    },
  })
  expect(await readBounded(new Response(body), bytes.length)).toBe('né€')
  expect(await readBounded(new Response(null), 0)).toBe('')
})

it.each([
  ['by what its header says', { 'content-length': '100' }],
  ['by what comes', {}],
])('refuses a long one %s, also of a clone whose original is unread', async (_, headers) => {
  const original = new Response(long, { headers })
  await expect(readBounded(original.clone(), 99)).rejects.toThrow(BodyTooLargeError)
  expect(await original.text()).toBe(long)
})
