import { expect, it } from 'vitest'

import { createVirtualClock } from '../../test/fixtures/virtual-clock.ts'
import { withTimedBody } from './timed-body.ts'

function timed(response: Response) {
  const clock = createVirtualClock()
  let aborts = 0
  const endsAt = clock.now() + 1000
  return {
    clock,
    response: withTimedBody(response, { clock, endsAt, onLate: () => aborts++ }),
    aborts: () => aborts,
  }
}

it('a response keeps its status, headers, address and text', async () => {
  const original = new Response('{"ok":true}', { status: 201, statusText: 'Made', headers: { 'x-id': '7' } })
  const { response } = timed(Object.defineProperty(original, 'url', { value: 'https://api.example/x' }))
  expect([response.status, response.statusText, response.headers.get('x-id')]).toEqual([201, 'Made', '7'])
  expect(response.url).toBe('https://api.example/x')
  expect(await response.json()).toEqual({ ok: true })
})

it.each([204, 304])('a response %d without a body is returned as it is', (status) => {
  const original = new Response(null, { status })
  expect(timed(original).response).toBe(original)
})

it('a read that waits beyond the deadline rejects and aborts the request', async () => {
  const { clock, response, aborts } = timed(new Response(new ReadableStream()))
  const reading = response.text().catch((error: Error) => error.name)
  await clock.advance(999)
  expect(aborts()).toBe(0)
  await clock.advance(1)
  expect([await reading, aborts(), clock.pending()]).toEqual(['TimeoutError', 1, 0])
})

it('there is no timer before a read and after the body', async () => {
  const { clock, response } = timed(new Response('late, but there'))
  expect(clock.pending()).toBe(0)
  await response.text()
  expect(clock.pending()).toBe(0)
})

it('a body that is canceled cancels the original one', async () => {
  const reasons: unknown[] = []
  const { response } = timed(
    new Response(new ReadableStream({ cancel: (reason) => void reasons.push(reason) })),
  )
  await response.body!.cancel('enough')
  expect(reasons).toEqual(['enough'])
})
