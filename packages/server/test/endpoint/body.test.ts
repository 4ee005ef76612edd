import { expect, it } from 'vitest'

import { createFixture } from '../fixtures/server-fixture.ts'
import { settle } from '../fixtures/virtual-clock.ts'
import { alice, problem, shop } from './endpoint-fixture.ts'

function endpoint() {
  let calls = 0
  const fixture = createFixture()
  const handler = fixture.forage.sessionTokenHandler({ authorize: () => (calls++, alice) })
  return { ...fixture, handler, calls: () => calls }
}

function post(body: BodyInit, headers: Record<string, string> = {}): Request {
  const init: RequestInit & { duplex: 'half' } = {
    method: 'POST',
    headers: { origin: shop, 'content-type': 'application/json', ...headers },
    body,
    duplex: 'half',
  }
  return new Request(`${shop}/token`, init)
}

/** A body that inflates as it is read, up to a gigabyte. */
function inflating(): { body: ReadableStream<Uint8Array>; pulled: () => number; isCanceled: () => boolean } {
  const chunk = new TextEncoder().encode('a'.repeat(4096))
  let [pulled, isCanceled] = [0, false]
  const body = new ReadableStream<Uint8Array>(
    {
      pull(controller) {
        pulled += chunk.length
        if (pulled > 2 ** 30) controller.close()
        else controller.enqueue(chunk)
      },
      cancel: () => void (isCanceled = true),
    },
    { highWaterMark: 0 },
  )
  return { body, pulled: () => pulled, isCanceled: () => isCanceled }
}

it.each([
  {},
  { 'content-length': '187' },
  { 'content-length': '0' },
  { 'content-length': '-1' },
  { 'content-length': 'x' },
])('a body with the headers %o that inflates to a gigabyte is refused after 8 KiB', async (headers) => {
  const { handler, calls } = endpoint()
  const { body, pulled, isCanceled } = inflating()
  expect(await problem(await handler(post(body, headers)))).toEqual([413, 'payload_too_large'])
  await settle()
  expect(pulled()).toBeLessThanOrEqual(3 * 4096)
  expect([isCanceled(), calls()]).toEqual([true, 0])
})

it('a body that was read before is not_configured', async () => {
  const { handler, calls } = endpoint()
  const request = post('{}')
  await request.text()
  expect(await problem(await handler(request))).toEqual([500, 'not_configured'])
  expect(calls()).toBe(0)
})

it('a body that another reader has locked is not_configured', async () => {
  const { handler, calls } = endpoint()
  const request = post('{}')
  const reader = request.body!.getReader()
  expect(await problem(await handler(request))).toEqual([500, 'not_configured'])
  expect(calls()).toBe(0)
  reader.releaseLock()
  expect((await handler(request)).status).toBe(200)
})

it('a character that is split between two parts of a body is read whole', async () => {
  const { handler } = endpoint()
  const bytes = new TextEncoder().encode('{"checkout_id":"cart-1","note":"🧺"}')
  const parts = Array.from(bytes, (byte) => Uint8Array.of(byte))
  const body = new ReadableStream<Uint8Array>({
    pull: (controller) => {
      const part = parts.shift()
      if (part) controller.enqueue(part)
      else controller.close()
    },
  })
  expect((await handler(post(body))).status).toBe(200)
})
