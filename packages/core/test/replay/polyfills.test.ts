import { describe, expect, test } from 'vitest'

import { createForageSession, type ForageSession } from '../../src/index.ts'
import { api, createRefusingApi, createTokenCounter, expired, refusal } from '../refusing-api.ts'

const address = `${api}/api/x/`
const json = { 'Content-Type': 'application/json' }

/** A response with the least that a polyfill of fetch gives: no body, no type, no Headers. */
function leastResponse(status: number, body: unknown, more: object = {}): Response {
  const text = async (): Promise<string> => JSON.stringify(body)
  const headers = {
    get: (name: string) => (name.toLowerCase() === 'content-type' ? json['Content-Type'] : null),
  }
  const clone = (): Response => leastResponse(status, body, more)
  return { ok: status < 300, status, headers, text, clone, ...more } as Response
}

/** Creates a session whose fetch rejects the first request with a response of `answer`. */
function createPolyfilled(answer: () => Response): { session: ForageSession; sent: unknown[] } {
  const sent: unknown[] = []
  const mint = createTokenCounter()
  const session = createForageSession({
    tokenSource: async () => leastResponse(200, { token: mint() }),
    environment: 'sandbox',
    fetch: async (input) => (sent.push(input) === 1 ? answer() : leastResponse(200, {})),
  })
  return { session, sent }
}

describe('a response of a polyfill', () => {
  test.each<[string, object]>([
    ['no body and no type (React Native, whatwg-fetch)', {}],
    ['a null body', { body: null }],
    ['a body that is a stream of Node.js (node-fetch 2)', { body: { pipe() {} } }],
    ['another URL, because a bridge sent the request', { url: 'capacitor://localhost/_http_/' }],
  ])('a 401 with %s is replayed', async (_, members) => {
    const { session, sent } = createPolyfilled(() => leastResponse(401, expired, members))
    const response = await session.fetch(address, { method: 'POST', body: '{}' })
    expect(response.status).toBe(200)
    expect(sent).toHaveLength(2)
  })

  test('the code in the body of a polyfill’s 401 counts', async () => {
    const body = { errors: [{ code: 'missing_merchant_account' }] }
    const { session, sent } = createPolyfilled(() => leastResponse(401, body))
    await expect(session.fetch(address)).resolves.toMatchObject({ status: 401 })
    expect(sent).toHaveLength(1)
  })

  test('a text that never arrives is given up after 2 s', async () => {
    const text = (): Promise<string> => new Promise(() => {})
    const stuck = { text, clone: () => leastResponse(401, expired, { text }) }
    const { session, clock } = createRefusingApi({}, [() => leastResponse(401, expired, stuck)])
    const response = session.fetch(address)
    await clock.advance(2000)
    await expect(response).resolves.toMatchObject({ status: 200 })
  })
})

describe('a 401 is ours', () => {
  const marked = (marks: object): Response => {
    const response = refusal()
    for (const [name, value] of Object.entries(marks)) Object.defineProperty(response, name, { value })
    return response
  }

  test.each<[string, object]>([
    ['with the URL of a native HTTP bridge', { url: 'https://localhost/_capacitor_https_interceptor_?u=x' }],
    ['with an empty URL (service workers, mocks)', { url: '' }],
    ['with the URL of another origin', { url: 'https://mock.example/' }],
    ['after a redirect to an attached origin', { url: `${api}/api/y/`, redirected: true }],
  ])('%s, and is replayed', async (_, marks) => {
    const { session, sent } = createRefusingApi({}, [() => marked(marks)])
    await expect(session.fetch(address)).resolves.toMatchObject({ status: 200 })
    expect(sent).toHaveLength(2)
  })

  test('not after a redirect to another origin', async () => {
    const { session, tokenRequests } = createRefusingApi({}, [
      () => marked({ url: 'https://login.example/', redirected: true }),
    ])
    await expect(session.fetch(address)).resolves.toMatchObject({ status: 401 })
    expect(tokenRequests()).toBe(1)
  })
})

describe('a native HTTP bridge that sends a body that it does not know as {} (Capacitor)', () => {
  /** Writes a body like the patched `fetch` of Capacitor 8: what is left becomes JSON on its way to the native code. */
  function bridgedText(body: unknown): string {
    if (typeof body === 'string' || body instanceof URLSearchParams) return String(body)
    if (body instanceof Uint8Array) return new TextDecoder().decode(body)
    return JSON.stringify(body)
  }
  const form = new FormData()
  form.set('item', 'milk')
  const text = { method: 'POST', body: '{"item":"milk"}', headers: json }

  test.each<[string, Parameters<ForageSession['fetch']>]>([
    ['text', [address, text]],
    ['a Request, as from ky', [new Request(address, text)]],
    ['a form', [address, { method: 'POST', body: form }]],
    ['URLSearchParams', [address, { method: 'POST', body: new URLSearchParams({ item: 'milk' }) }]],
    ['a view', [address, { method: 'POST', body: new TextEncoder().encode('milk') }]],
    ['an ArrayBuffer', [address, { method: 'POST', body: new TextEncoder().encode('milk').buffer }]],
  ])('gets %s in both attempts', async (_, args) => {
    const bodies: string[] = []
    const mint = createTokenCounter()
    const session = createForageSession({
      tokenSource: async () => mint(),
      environment: 'sandbox',
      fetch: async (input, init) => {
        bodies.push(bridgedText(init?.body ?? (input as Request).body))
        return bodies.length === 1 ? refusal() : new Response()
      },
    })
    await expect(session.fetch(...args)).resolves.toMatchObject({ status: 200 })
    expect(bodies).toEqual([expect.stringContaining('milk'), bodies[0]])
  })
})

describe('a Request reaches the API through a wrapper of fetch that', () => {
  type Fetch = ForageSession['fetch']

  test.each<[string, (send: Fetch) => Fetch]>([
    [
      'ignores the init next to a Request (OpenTelemetry before 0.215)',
      (send) => (input, init) => (input instanceof Request ? send(input) : send(input, init)),
    ],
    ['makes one Request of both arguments', (send) => (input, init) => send(new Request(input, init))],
    [
      'makes a Request of its own, and passes both arguments on',
      (send) => (input, init) => (new Request(input, init).headers.get('X-Own'), send(input, init)),
    ],
    [
      'reads a copy of the Request',
      (send) => async (input, init) => {
        await (input as Request).clone().text()
        return await send(input, init)
      },
    ],
  ])('%s', async (_, wrap) => {
    const sent: unknown[][] = []
    const mint = createTokenCounter()
    const send: Fetch = async (input, init) => {
      const request = new Request(input, init)
      sent.push([request.method, request.headers.get('Authorization'), await request.text()])
      return sent.length === 1 ? refusal() : new Response()
    }
    const session = createForageSession({
      tokenSource: async () => mint(),
      environment: 'sandbox',
      fetch: wrap(send),
    })
    const request = new Request(address, { method: 'POST', body: 'milk' })
    await expect(session.fetch(request)).resolves.toMatchObject({ status: 200 })
    expect(sent).toEqual([
      ['POST', 'Bearer sandbox_token-1', 'milk'],
      ['POST', 'Bearer sandbox_token-2', 'milk'],
    ])
  })
})

test('what a wrapper of fetch adds to the headers of one attempt does not reach the other', async () => {
  const seen: string[][] = []
  const mint = createTokenCounter()
  const session = createForageSession({
    tokenSource: async () => mint(),
    environment: 'sandbox',
    merchantAccount: 'mid/123ab45c67',
    fetch: async (_, init) => {
      const headers = init!.headers as Headers
      seen.push([...headers.keys()])
      headers.append('traceparent', String(seen.length))
      headers.delete('X-Own')
      return seen.length === 1 ? refusal() : new Response()
    },
  })
  const own = new Headers({ 'X-Own': '1' })
  const form = new FormData()
  await session.fetch(address, { method: 'POST', headers: own, body: form })
  expect(seen[0]).toEqual(['authorization', 'content-type', 'merchant-account', 'x-own'])
  expect(seen[1]).toEqual(seen[0])
  expect([...own.keys()]).toEqual(['x-own'])
})
