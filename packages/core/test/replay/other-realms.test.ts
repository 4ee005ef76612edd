import { runInNewContext } from 'node:vm'

import { Window } from 'happy-dom'
import { afterEach, describe, expect, test, vi } from 'vitest'

import { createForageSession } from '../../src/index.ts'
import { api, createRefusingApi, createTokenCounter, refusal } from '../refusing-api.ts'

const address = `${api}/api/x/`
const evil = 'https://evil.example/x'

afterEach(() => {
  vi.restoreAllMocks()
  vi.unstubAllGlobals()
})

/** Creates a session whose fetch records its calls and rejects the first one. */
function createRecorder() {
  const calls: [unknown, RequestInit | undefined][] = []
  const mint = createTokenCounter()
  const session = createForageSession({
    tokenSource: async () => mint(),
    environment: 'sandbox',
    fetch: async (input, init) => {
      calls.push([input, init])
      return calls.length === 1 ? refusal() : new Response()
    },
  })
  const tokens = (): (string | null)[] =>
    calls.map(([, init]) => new Headers(init?.headers).get('Authorization'))
  return { session, calls, tokens }
}

const replayed = ['Bearer sandbox_token-1', 'Bearer sandbox_token-2']

describe('the input', () => {
  test('a Request of another realm gets the token, and is replayed with its members and its body', async () => {
    const window = new Window({ url: 'https://shop.example/' })
    const request = new window.Request(address, {
      method: 'PUT',
      body: 'milk',
      headers: { 'X-Own': '1' },
      credentials: 'omit',
    })
    const { session, calls, tokens } = createRecorder()
    await session.fetch(request as unknown as Request)
    expect(tokens()).toEqual(replayed)
    for (const [input, init] of calls) {
      expect(input).toBe(address)
      expect(init).toMatchObject({ method: 'PUT', credentials: 'omit' })
      expect(new Headers(init!.headers).get('X-Own')).toBe('1')
      expect(await new Response(init!.body).text()).toBe('milk')
    }
  })

  test.each<[string, () => unknown]>([
    ['happy-dom', () => new new Window().URL(address)],
    ['React Native, whose members throw', () => new PartialUrl(address)],
  ])('a URL of %s gets the token', async (_, create) => {
    vi.stubGlobal('URL', PartialUrl)
    const { session, calls, tokens } = createRecorder()
    await session.fetch(create() as URL)
    expect(calls.map(([input]) => input)).toEqual([address, address])
    expect(tokens()).toEqual(replayed)
  })

  test('a Request without a tag, as in React Native, gets the token', async () => {
    vi.stubGlobal('Request', UntaggedRequest)
    const { session, tokens, calls } = createRecorder()
    await session.fetch(new UntaggedRequest(address, 'POST', 'milk') as unknown as Request)
    expect(tokens()).toEqual(replayed)
    for (const [, init] of calls) {
      expect(init!.method).toBe('POST')
      expect(await new Response(init!.body).text()).toBe('milk')
    }
  })

  test.each<[string, () => unknown]>([
    ['an object with a url', () => ({ url: address, method: 'GET' })],
    ['an object with a url and a text', () => ({ url: address, toString: () => evil })],
    ['an object with an href', () => ({ href: address, toString: () => address })],
    ['an object whose text changes', () => ({ toString: changingText() })],
    ['a String object', () => new String(address)],
    ['a list', () => [address]],
    ['a Response', () => Object.defineProperty(new Response(), 'url', { value: address })],
    ['a Request whose url lies', () => new LyingRequest(evil)],
    ['null', () => null],
    ['a number', () => 1],
  ])('%s goes to fetch without a token', async (_, create) => {
    const { session, calls, tokens } = createRecorder()
    const input = create()
    await session.fetch(input as string)
    expect(calls).toEqual([[input, undefined]])
    expect(tokens()).toEqual([null])
  })

  test.each<[string, () => unknown]>([
    ['a Request', () => tagged('Request', { url: address, method: 'GET', toString: () => evil })],
    ['a URL', () => tagged('URL', { toString: changingText() })],
  ])(
    'an object that has only the tag of %s gets the token for the URL that was checked',
    async (_, create) => {
      const { session, calls } = createRecorder()
      await session.fetch(create() as Request)
      expect(calls.map(([input]) => input)).toEqual([address, address])
    },
  )

  test('a URL of another origin gets no token when Object.prototype has a url', async () => {
    vi.stubGlobal('URL', URL)
    const { session, tokens } = createRecorder()
    await withPolluted({ url: address }, () => session.fetch(new URL(evil)))
    expect(tokens()).toEqual([null])
  })
})

describe('a body', () => {
  test.each<[string, () => unknown, string]>([
    ['an ArrayBuffer', () => runInNewContext('new Uint8Array([109, 105, 108, 107]).buffer'), 'milk'],
    ['a view', () => runInNewContext('new Uint8Array([45, 109, 105, 108, 107]).subarray(1)'), 'milk'],
    [
      'URLSearchParams',
      () => new new Window().URLSearchParams({ item: 'milk & eggs' }),
      'item=milk+%26+eggs',
    ],
  ])('%s of another realm is sent twice', async (_, create, text) => {
    const { session, sent } = createRefusingApi()
    const response = await session.fetch(address, { method: 'POST', body: create() as BodyInit })
    expect(response.status).toBe(200)
    expect(sent.map(({ body }) => body)).toEqual([text, text])
  })

  test.each(['Blob', 'File', 'FormData'])(
    'a %s that only its own fetch can read is passed on twice',
    async (tag) => {
      const { session, calls, tokens } = createRecorder()
      const body = tagged(tag, {})
      await session.fetch(address, { method: 'POST', body: body as Blob })
      expect(tokens()).toEqual(replayed)
      for (const [, init] of calls) expect(init!.body).toBe(body)
    },
  )

  test('a form that is a stream, like that of the package form-data, is sent once', async () => {
    const { session, tokens } = createRecorder()
    const form = tagged('FormData', { pipe() {}, append() {} })
    const response = await session.fetch(address, { method: 'POST', body: form as FormData })
    expect(response.status).toBe(401)
    expect(tokens()).toHaveLength(1)
  })

  test('a form keeps its body if the page’s Promise is not the one of async functions (zone.js)', async () => {
    vi.stubGlobal('Promise', class ZoneAwarePromise<T> extends Promise<T> {})
    const { session, sent } = createRefusingApi()
    const form = new FormData()
    form.set('item', 'milk')
    const response = await session.fetch(address, { method: 'POST', body: form })
    expect(response.status).toBe(200)
    expect(sent).toHaveLength(2)
    for (const { body, headers } of sent) {
      expect(body).toContain('milk')
      expect(headers.get('Content-Type')).toMatch(/^multipart\/form-data; boundary=/)
    }
    expect(sent[1]!.body).toBe(sent[0]!.body)
  })
})

test('a signal without reason and throwIfAborted ends the wait of its caller with an AbortError', async () => {
  const target = new EventTarget()
  const signal = Object.assign(target, { aborted: false })
  const { session } = createRefusingApi({ tokenSource: () => new Promise(() => {}) })
  const call = session.fetch(address, { signal: signal as unknown as AbortSignal })
  const other = session.fetch(address)
  signal.aborted = true
  target.dispatchEvent(new Event('abort'))
  await expect(call).rejects.toMatchObject({ name: 'AbortError' })
  const late = session.fetch(address, { signal: signal as unknown as AbortSignal })
  await expect(late).rejects.toMatchObject({ name: 'AbortError' })
  session.close()
  await expect(other).rejects.toMatchObject({ code: 'closed' })
})

test('in a runtime whose signals keep no reason, a waiting call learns that the checkout changed', async () => {
  vi.stubGlobal('AbortController', OldAbortController)
  const { session } = createRefusingApi({ tokenSource: () => new Promise(() => {}), checkoutId: 'cart-1' })
  const calls = [session.getToken(), session.fetch(address), session.withToken(async () => {})]
  session.setCheckout('cart-2')
  for (const call of calls) await expect(call).rejects.toMatchObject({ code: 'checkout_changed' })
  session.close()
  await expect(session.getToken()).rejects.toMatchObject({ code: 'closed' })
})

/** The URL of React Native 0.7x: only its text can be read. */
class PartialUrl {
  readonly #text: string
  constructor(text: string) {
    this.#text = text
  }
  get origin(): never {
    throw new Error('URL.origin is not implemented')
  }
  toString(): string {
    return this.#text
  }
}

/** A `Request` like the one of whatwg-fetch: its members are its own, it has no tag and no body stream. */
class UntaggedRequest {
  readonly headers = new Headers()
  readonly credentials = 'same-origin'
  readonly mode = null
  readonly signal = undefined
  bodyUsed = false
  readonly url: string
  readonly method: string
  readonly #body: string
  constructor(url: string, method: string, body: string) {
    this.url = url
    this.method = method
    this.#body = body
  }
  async arrayBuffer(): Promise<ArrayBuffer> {
    this.bodyUsed = true
    return new TextEncoder().encode(this.#body).buffer
  }
}

class LyingRequest extends Request {
  override get url(): string {
    return address
  }
}

/** An `AbortController` of a runtime that ignores the reason (React Native, abort-controller 3). */
class OldAbortController {
  readonly signal = Object.assign(new EventTarget(), { aborted: false })
  abort(): void {
    if (this.signal.aborted) return
    this.signal.aborted = true
    this.signal.dispatchEvent(new Event('abort'))
  }
}

function tagged(tag: string, members: object): object {
  return Object.assign(members, { [Symbol.toStringTag]: tag })
}

function changingText(): () => string {
  let reads = 0
  return () => ((reads += 1) === 1 ? address : evil)
}

/** Runs a function while `Object.prototype` has members of other code. */
async function withPolluted(members: object, run: () => unknown): Promise<void> {
  const { prototype } = Object
  Object.assign(prototype, members)
  try {
    await run()
  } finally {
    for (const name of Object.keys(members)) Reflect.deleteProperty(prototype, name)
  }
}
