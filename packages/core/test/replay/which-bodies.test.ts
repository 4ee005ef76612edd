import { afterEach, describe, expect, test, vi } from 'vitest'

import { createForageSession } from '../../src/index.ts'
import { api, createGate, createRefusingApi, createTokenCounter, refusal } from '../refusing-api.ts'

const address = `${api}/api/x/`

afterEach(() => void vi.restoreAllMocks())

/** Creates a token source that makes every call wait for its first token until the test opens it. */
function createSlowSource() {
  const { opened, open } = createGate()
  const mint = createTokenCounter()
  return {
    open,
    tokenSource: async () => {
      await opened
      return mint()
    },
  }
}

const streamed = (text: string): RequestInit =>
  ({ method: 'POST', body: new Blob([text]).stream(), duplex: 'half' }) as RequestInit

describe('a request keeps the state that it had at the call, however long the token takes', () => {
  test('changes to a view or an ArrayBuffer after the call do not reach the request', async () => {
    const { open, tokenSource } = createSlowSource()
    const { session, sent } = createRefusingApi({ tokenSource })
    const view = new TextEncoder().encode('milk')
    const other = new TextEncoder().encode('eggs')
    const calls = [view, other.buffer].map((body) => session.fetch(address, { method: 'POST', body }))
    view.fill(0)
    other.fill(0)
    open()
    await Promise.all(calls)
    expect(new Set(sent.map(({ body }) => body))).toEqual(new Set(['milk', 'eggs']))
  })

  test('changes to a form or URLSearchParams after the call do not reach the request', async () => {
    const { open, tokenSource } = createSlowSource()
    const { session, sent } = createRefusingApi({ tokenSource })
    const form = new FormData()
    const query = new URLSearchParams({ item: 'milk' })
    form.set('item', 'milk')
    const calls = [form, query].map((body) => session.fetch(address, { method: 'POST', body }))
    form.set('item', 'eggs')
    query.set('item', 'eggs')
    open()
    await Promise.all(calls)
    expect(sent).toHaveLength(4)
    for (const { body } of sent) expect(body).toContain('milk')
  })

  test('changes to an init, its headers or a URL after the call do not reach the request', async () => {
    const { open, tokenSource } = createSlowSource()
    const { session, sent } = createRefusingApi({ tokenSource })
    const url = new URL(address)
    const headers: Record<string, string> = { 'X-Own': '1' }
    const init: RequestInit = { method: 'POST', body: '{"amount":1}', headers }
    const response = session.fetch(url, init)
    url.pathname = '/other/'
    headers['X-Own'] = '2'
    init.method = 'PUT'
    init.body = '{"amount":2}'
    open()
    await response
    expect(sent).toHaveLength(2)
    for (const one of sent) {
      expect([one.url, one.method, one.body, one.headers.get('X-Own')]).toEqual([
        address,
        'POST',
        '{"amount":1}',
        '1',
      ])
    }
  })
})

describe('a Request', () => {
  test('a Request with a body is sent twice with its complete body', async () => {
    const { session, sent } = createRefusingApi()
    await session.fetch(new Request(address, { method: 'POST', body: '{"amount":"20.00"}' }))
    expect(sent.map(({ body }) => body)).toEqual(['{"amount":"20.00"}', '{"amount":"20.00"}'])
  })

  test('a Request with an empty body is sent twice', async () => {
    const { session, sent } = createRefusingApi()
    const response = await session.fetch(new Request(address, { method: 'POST', body: '' }))
    expect(response.status).toBe(200)
    expect(sent.map(({ body }) => body)).toEqual(['', ''])
  })

  test('a Request whose body is a short stream is buffered and sent twice', async () => {
    const { session, sent } = createRefusingApi()
    await session.fetch(new Request(address, streamed('milk')))
    expect(sent.map(({ body }) => body)).toEqual(['milk', 'milk'])
  })

  test('a body in the init replaces the body of the Request on both attempts', async () => {
    const { session, sent } = createRefusingApi()
    const request = new Request(address, { method: 'POST', body: 'milk' })
    await session.fetch(request, { body: 'eggs' })
    expect(sent.map(({ body }) => body)).toEqual(['eggs', 'eggs'])
    expect(request.bodyUsed).toBe(false)
  })

  test.each(['used', 'locked'])(
    'a Request whose body is %s causes fetch’s TypeError, without a token request',
    async (state) => {
      const { session, sent, tokenRequests } = createRefusingApi()
      const request = new Request(address, { method: 'POST', body: 'milk' })
      if (state === 'used') await request.text()
      else request.body!.getReader()
      await expect(session.fetch(request)).rejects.toThrow(TypeError)
      expect([sent.length, tokenRequests()]).toEqual([0, 0])
    },
  )

  test('a Request without a body is never copied, and no Response is copied without a 401', async () => {
    const cloned = [vi.spyOn(Request.prototype, 'clone'), vi.spyOn(Response.prototype, 'clone')]
    const { session } = createRefusingApi({}, [() => new Response(), () => new Response()])
    await session.fetch(new Request(address))
    await session.fetch(new Request(address, { method: 'HEAD' }))
    for (const clone of cloned) expect(clone).not.toHaveBeenCalled()
  })

  test('a Request over 4 MiB, by its header or by count, is sent once and completely, and is not kept', async () => {
    const milk = 'm'.repeat(4 * 1024 * 1024 + 1)
    for (const headers of [{}, { 'Content-Length': String(milk.length) }]) {
      const { session, sent, events } = createRefusingApi()
      const response = await session.fetch(new Request(address, { method: 'POST', body: milk, headers }))
      expect(response.status).toBe(401)
      expect(sent.map(({ body }) => body.length)).toEqual([milk.length])
      expect(events).toContainEqual(expect.objectContaining({ type: 'replay-refused', why: 'body' }))
    }
  })

  test('a Request whose header says that it is too long is not read before it is sent', async () => {
    let reads = 0
    const body = new ReadableStream({
      pull: (controller) => ((reads += 1), controller.enqueue(new Uint8Array(64 * 1024))),
    })
    const headers = { 'Content-Length': String(4 * 1024 * 1024 + 1) }
    const request = new Request(address, { method: 'POST', body, headers, duplex: 'half' } as RequestInit)
    const session = createForageSession({
      tokenSource: async () => 'sandbox_token',
      environment: 'sandbox',
      fetch: async () => new Response(),
    })
    await session.fetch(request)
    // Each stream reads one part ahead: there are the caller's, its two copies and that of the Request that is sent.
    expect(reads).toBeLessThanOrEqual(4)
  })

  test('a Request of 4 MiB is sent twice', async () => {
    const milk = 'm'.repeat(4 * 1024 * 1024)
    const { session, sent } = createRefusingApi()
    await session.fetch(new Request(address, { method: 'POST', body: milk }))
    expect(sent.map(({ body }) => body === milk)).toEqual([true, true])
  })

  test('a Request with a form keeps the form’s boundary on both attempts', async () => {
    const form = new FormData()
    form.set('receipt', new File(['milk'], 'receipt.txt'))
    const { session, sent } = createRefusingApi()
    await session.fetch(new Request(address, { method: 'POST', body: form }))
    const [first, second] = sent
    const boundary = /boundary=(.+)$/.exec(first!.headers.get('Content-Type')!)![1]!
    expect(first!.body).toContain(boundary)
    expect([second!.headers.get('Content-Type'), second!.body]).toEqual([
      first!.headers.get('Content-Type'),
      first!.body,
    ])
  })
})

describe('a stream in an init', () => {
  test.each<[string, () => BodyInit]>([
    ['a ReadableStream', () => new Blob(['milk']).stream()],
    [
      'an async iterable',
      () =>
        (async function* () {
          yield new TextEncoder().encode('milk')
        })() as unknown as BodyInit,
    ],
  ])(
    'a stream in an init (%s) is sent once: the caller gets the 401, and a new token is available',
    async (_, body) => {
      const { clock, session, sent, tokenRequests } = createRefusingApi()
      const init = { method: 'POST', body: body(), duplex: 'half' } as RequestInit
      await expect(session.fetch(address, init)).resolves.toMatchObject({ status: 401 })
      await clock.advance(0)
      expect(sent.map((one) => one.body)).toEqual(['milk'])
      expect(tokenRequests()).toBe(2)
      await expect(session.fetch(address)).resolves.toMatchObject({ status: 200 })
    },
  )
})

test('JSON is sent twice as the caller wrote it, not serialized again', async () => {
  const { session, sent } = createRefusingApi()
  const body = JSON.stringify({ note: 'say "milk"' })
  await session.fetch(address, { method: 'POST', body, headers: { 'Content-Type': 'application/json' } })
  expect(sent.map((one) => one.body)).toEqual([body, body])
})

test('duplex is passed on with a stream, and not added without one', async () => {
  const inits: (RequestInit | undefined)[] = []
  const { session } = createRefusingApi({
    fetch: async (_, init) => {
      inits.push(init)
      return inits.length === 1 ? refusal() : new Response()
    },
  })
  await session.fetch(address, { method: 'POST', body: 'milk' })
  await session.fetch(address, streamed('milk'))
  expect(inits.map((init) => (init as { duplex?: string }).duplex)).toEqual([undefined, undefined, 'half'])
})
