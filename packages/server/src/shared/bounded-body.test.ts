import { expect, it } from 'vitest'

import { BodyTooLargeError, readBounded } from './bounded-body.ts'

const long = 'x'.repeat(100)

it('readBounded reads a body as text, even if a chunk ends within a character', async () => {
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
  ['its header says so', { 'content-length': '100' }],
  ['more bytes arrive', {}],
])(
  'readBounded refuses a body that is too long because %s, and leaves the original of a clone readable',
  async (_, headers) => {
    const original = new Response(long, { headers })
    await expect(readBounded(original.clone(), 99)).rejects.toThrow(BodyTooLargeError)
    expect(await original.text()).toBe(long)
  },
)
