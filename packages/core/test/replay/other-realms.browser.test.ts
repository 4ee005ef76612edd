import { afterEach, beforeEach, expect, test } from 'vitest'

import { createForageSession, type ForageSession } from '../../src/index.ts'

const api = 'https://api.sandbox.joinforage.app'
const address = `${api}/api/x/`

type Realm = typeof globalThis

let frame: HTMLIFrameElement
let realm: Realm

beforeEach(() => {
  frame = document.createElement('iframe')
  document.body.append(frame)
  realm = frame.contentWindow as unknown as Realm
})

afterEach(() => frame.remove())

interface Sent {
  readonly token: string | null
  readonly method: string
  readonly contentType: string | null
  readonly body: string
}

/** Creates an API that rejects the first token and reads each request as the browser would send it. */
function setUp(): { session: ForageSession; sent: Sent[] } {
  const sent: Sent[] = []
  let minted = 0
  const session = createForageSession({
    tokenSource: async () => `sandbox_token-${(minted += 1)}`,
    environment: 'sandbox',
    fetch: async (input, init) => {
      const request = new Request(input, init)
      const { headers, method } = request
      const token = headers.get('Authorization')
      sent.push({ token, method, contentType: headers.get('Content-Type'), body: await request.text() })
      return new realm.Response(null, { status: token === 'Bearer sandbox_token-1' ? 401 : 200 })
    },
  })
  return { session, sent }
}

const replayed = ['Bearer sandbox_token-1', 'Bearer sandbox_token-2']

test.each<[string, () => Request | URL]>([
  ['a Request', () => new realm.Request(address, { method: 'POST', body: 'milk' })],
  ['a URL', () => new realm.URL(address)],
])('%s of an iframe gets the token and is replayed', async (_, create) => {
  const { session, sent } = setUp()
  const response = await session.fetch(create(), { method: 'POST', body: 'milk' })
  expect(response.status).toBe(200)
  expect(sent.map(({ token }) => token)).toEqual(replayed)
  for (const { method, body } of sent) expect([method, body]).toEqual(['POST', 'milk'])
})

test('the body of a Request of an iframe is sent twice', async () => {
  const { session, sent } = setUp()
  await session.fetch(new realm.Request(address, { method: 'PUT', body: 'milk' }))
  expect(sent.map(({ method, body }) => [method, body])).toEqual([
    ['PUT', 'milk'],
    ['PUT', 'milk'],
  ])
})

test.each<[string, () => BodyInit]>([
  ['a form', () => fields(new realm.FormData())],
  ['URLSearchParams', () => new realm.URLSearchParams({ item: 'milk & eggs' })],
  ['a Blob', () => new realm.Blob(['milk'], { type: 'text/plain' })],
  ['a File', () => new realm.File(['milk'], 'milk.txt', { type: 'text/plain' })],
  ['an ArrayBuffer', () => new realm.Uint8Array([109, 105, 108, 107]).buffer],
  ['a view', () => new realm.Uint8Array([109, 105, 108, 107])],
])('%s of an iframe is sent twice with the same bytes', async (_, create) => {
  const { session, sent } = setUp()
  const response = await session.fetch(address, { method: 'POST', body: create() })
  expect(response.status).toBe(200)
  expect(sent).toHaveLength(2)
  expect(sent[0]!.body).toContain('milk')
  expect({ ...sent[1]!, token: null }).toEqual({ ...sent[0]!, token: null })
})

test('the signal of an iframe ends the wait of its caller with its own reason', async () => {
  const session = createForageSession({ tokenSource: () => new Promise(() => {}), environment: 'sandbox' })
  const controller = new realm.AbortController()
  const response = session.fetch(address, { signal: controller.signal })
  controller.abort('gone')
  await expect(response).rejects.toBe('gone')
})

test.each<[string, () => unknown]>([
  ['an object with a url', () => ({ url: address, method: 'GET' })],
  ['a link', () => Object.assign(document.createElement('a'), { href: address })],
  [
    'a Request whose url lies',
    () => Object.defineProperty(new realm.Request('https://evil.example/'), 'url', { value: address }),
  ],
])('%s gets no token', async (_, create) => {
  const tokens: (string | null)[] = []
  const session = createForageSession({
    tokenSource: async () => 'sandbox_token-1',
    environment: 'sandbox',
    fetch: async (__, init) => {
      tokens.push(new Headers(init?.headers).get('Authorization'))
      return new Response()
    },
  })
  await session.fetch(create() as Request)
  expect(tokens).toEqual([null])
})

function fields(form: FormData): FormData {
  form.set('item', 'milk')
  return form
}
