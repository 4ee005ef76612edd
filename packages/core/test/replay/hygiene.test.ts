import { afterEach, expect, test, vi } from 'vitest'

import { createForageSession } from '../../src/index.ts'
import { api, createRefusingApi, createTokenCounter, refusal } from '../refusing-api.ts'

const address = `${api}/api/x/`

afterEach(() => void vi.restoreAllMocks())

test('a 401 whose body is locked or cannot be canceled is still replayed', async () => {
  const locked = (): Response => {
    const response = new Response('Unauthorized', { status: 401 })
    response.body!.getReader()
    return response
  }
  const stubborn = (): Response => {
    const cancel = (): Promise<never> => Promise.reject(new Error('no'))
    return new Response(new ReadableStream({ pull: () => new Promise(() => {}), cancel }), { status: 401 })
  }
  for (const answer of [locked, stubborn]) {
    const { clock, session, sent } = createRefusingApi({}, [answer])
    await expect(session.fetch(address)).resolves.toMatchObject({ status: 200 })
    expect(sent).toHaveLength(2)
    await clock.advance(2000)
  }
})

test('the body of a Request is always read to its end, with a 401 and without', async () => {
  const copies: Request[] = []
  const { clone } = Request.prototype
  vi.spyOn(Request.prototype, 'clone').mockImplementation(function (this: Request) {
    const copy = clone.call(this)
    copies.push(copy)
    return copy
  })
  for (const answer of [refusal, () => new Response()]) {
    const { session } = createRefusingApi({}, [answer])
    const request = new Request(address, { method: 'POST', body: 'milk' })
    await session.fetch(request)
    expect([request, ...copies.splice(0)].map(({ bodyUsed }) => bodyUsed)).toEqual([true, true])
  }
})

test('a thousand calls with one signal, half of them with a 401, leave no listener on it', async () => {
  const { signal } = new AbortController()
  const added = vi.spyOn(signal, 'addEventListener')
  const removed = vi.spyOn(signal, 'removeEventListener')
  const mint = createTokenCounter()
  let sent = 0
  const session = createForageSession({
    tokenSource: async () => mint(),
    environment: 'sandbox',
    isTokenRejected: () => sent < 1000,
    fetch: async () => ((sent += 1) <= 500 ? refusal() : new Response()),
  })
  for (const body of [null, 'milk', new FormData()]) {
    const calls = Array.from({ length: 500 }, () => session.fetch(address, { method: 'POST', body, signal }))
    await Promise.all(calls)
  }
  expect(sent).toBeGreaterThanOrEqual(2000)
  expect(added.mock.calls.length).toBeGreaterThan(500)
  expect(removed.mock.calls.length).toBe(added.mock.calls.length)

  const request = (): Request => new Request(address, { method: 'POST', body: 'milk' })
  await Promise.all(Array.from({ length: 20 }, () => session.fetch(request(), { signal })))
  // A Request of the platform listens to its signal until it is collected.
  expect(added.mock.calls.length - removed.mock.calls.length).toBe(20)
})
