import { describe, expect, test } from 'vitest'

import { createForageSession } from '../../src/index.ts'
import { api, createRefusingApi, expired, refusal } from '../refusing-api.ts'

const marked = (response: Response, marks: Partial<Response>): Response => {
  for (const [name, value] of Object.entries(marks)) Object.defineProperty(response, name, { value })
  return response
}

/** A body that sends `chunk` `times` times and then stalls until it is canceled. */
function endlessBody(
  chunk: string,
  times: number,
): { stream: ReadableStream; read: () => number; canceled: () => boolean } {
  const bytes = new TextEncoder().encode(chunk)
  let sent = 0
  let isCanceled = false
  const stream = new ReadableStream<Uint8Array>(
    {
      pull(controller) {
        if (sent >= times) return new Promise<void>(() => {})
        sent += 1
        controller.enqueue(bytes)
        return undefined
      },
      cancel: () => void (isCanceled = true),
    },
    { highWaterMark: 0 },
  )
  return { stream, read: () => sent * bytes.byteLength, canceled: () => isCanceled }
}

const json = { 'Content-Type': 'application/json' }

describe('an answer other than a 401', () => {
  test.each([200, 204, 304, 400, 404, 500, 503])(
    'a %i is returned as the same response object, and costs no token request',
    async (status) => {
      const answer = new Response(null, { status })
      const { session, tokenRequests } = createRefusingApi({}, [() => answer])
      expect(await session.fetch(`${api}/api/x/`)).toBe(answer)
      expect(tokenRequests()).toBe(1)
    },
  )

  test('a 403 is returned unread, whatever its body says', async () => {
    const answer = Response.json(expired, { status: 403 })
    const { session, tokenRequests } = createRefusingApi({}, [() => answer])
    expect(await session.fetch(`${api}/api/x/`)).toBe(answer)
    expect([answer.bodyUsed, tokenRequests()]).toEqual([false, 1])
  })

  test.each(['TypeError: Failed to fetch', 'TypeError: Load failed'])(
    'an error without a response (%s), as for a 401 without CORS headers, is thrown unchanged',
    async (message) => {
      const error = new TypeError(message)
      const { session, sent, tokenRequests } = createRefusingApi({}, [() => Promise.reject(error)])
      await expect(session.fetch(`${api}/api/x/`)).rejects.toBe(error)
      expect([sent.length, tokenRequests()]).toEqual([1, 1])
    },
  )
})

describe('a 401 about the token', () => {
  test('a 401 about the token costs one token request and one replay with the new token', async () => {
    const { session, tokens, tokenRequests } = createRefusingApi()
    await expect(session.fetch(`${api}/api/x/`)).resolves.toMatchObject({ status: 200 })
    expect(tokens()).toEqual(['Bearer sandbox_token-1', 'Bearer sandbox_token-2'])
    expect(tokenRequests()).toBe(2)
  })

  test.each<[string, () => Response]>([
    ['{"detail": …}', () => Response.json({ detail: 'Invalid token.' }, { status: 401 })],
    [
      'a problem document',
      () =>
        new Response('{"code":"invalid_token"}', {
          status: 401,
          headers: { 'Content-Type': 'application/problem+json' },
        }),
    ],
    ['plain text', () => new Response('Unauthorized', { status: 401 })],
    ['HTML', () => new Response('<h1>401</h1>', { status: 401, headers: { 'Content-Type': 'text/html' } })],
    ['truncated JSON', () => new Response('{"errors":[', { status: 401, headers: json })],
    ['JSON null', () => new Response('null', { status: 401, headers: json })],
    ['an empty body declared as JSON', () => new Response('', { status: 401, headers: json })],
    ['no body at all', () => new Response(null, { status: 401 })],
    ['expired_session_token', refusal],
    ['an unknown code', () => Response.json({ error: 'unauthorized' }, { status: 401 })],
  ])('a 401 with %s counts as a rejected token', async (_, answer) => {
    const { session, sent } = createRefusingApi({}, [answer])
    await expect(session.fetch(`${api}/api/x/`)).resolves.toMatchObject({ status: 200 })
    expect(sent).toHaveLength(2)
  })

  test('a 401 counts as a rejected token without WWW-Authenticate, which CORS hides, because the status decides', async () => {
    const { session, sent } = createRefusingApi({}, [() => new Response(null, { status: 401 })])
    await session.fetch(`${api}/api/x/`)
    expect(sent).toHaveLength(2)
  })

  test('a Bearer challenge is found after another challenge with a comma in its quotes', async () => {
    const challenge = (error: string) => () =>
      new Response(null, {
        status: 401,
        headers: { 'WWW-Authenticate': `Basic realm="a, Bearer error=b", Bearer error="${error}"` },
      })
    const { session, sent } = createRefusingApi({}, [challenge('invalid_token')])
    await session.fetch(`${api}/api/x/`)
    expect(sent).toHaveLength(2)
    const other = createRefusingApi({}, [challenge('insufficient_scope')])
    await other.session.fetch(`${api}/api/x/`)
    expect(other.sent).toHaveLength(1)
  })

  test('a 401 from a runtime whose responses have no body stream is replayed', async () => {
    const streamless = (): Response =>
      marked(refusal(), { body: null, clone: () => marked(refusal(), { body: null }) })
    const { session, sent } = createRefusingApi({}, [streamless])
    await expect(session.fetch(`${api}/api/x/`)).resolves.toMatchObject({ status: 200 })
    expect(sent).toHaveLength(2)
  })

  test('a 401 whose body was already read is judged by its status', async () => {
    const read = async (): Promise<Response> => {
      const response = refusal()
      await response.text()
      return response
    }
    const { session, sent } = createRefusingApi({}, [read])
    await expect(session.fetch(`${api}/api/x/`)).resolves.toMatchObject({ status: 200 })
    expect(sent).toHaveLength(2)
  })
})

describe('a 401 about something else', () => {
  test.each([
    'missing_merchant_account',
    'invalid_merchant_account',
    'ebt_error_14',
    'ebt_error_55',
    'invalid_pin',
    'pin_required',
  ])(
    'a 401 with %s is returned immediately, its body unread, in each of Forage’s envelopes',
    async (code) => {
      for (const body of [
        { errors: [{ code }] },
        { error: { forage_code: code } },
        { error: code },
        { code },
      ]) {
        const answer = Response.json(body, { status: 401 })
        const { session, tokenRequests } = createRefusingApi({}, [() => answer])
        const response = await session.fetch(`${api}/api/x/`)
        expect(response).toBe(answer)
        await expect(response.json()).resolves.toEqual(body)
        expect(tokenRequests()).toBe(1)
      }
    },
  )

  test('an opaque 401 is returned to the caller', async () => {
    for (const type of ['opaque', 'opaqueredirect'] as const) {
      const answer = marked(refusal(), { type })
      const { session, tokenRequests } = createRefusingApi({}, [() => answer])
      expect(await session.fetch(`${api}/api/x/`)).toBe(answer)
      expect(tokenRequests()).toBe(1)
    }
  })

  test('a 401 from a URL that did not get our token, after a redirect, is returned to the caller', async () => {
    const answer = marked(refusal(), { url: 'https://login.example/', redirected: true })
    const { session, tokenRequests } = createRefusingApi({}, [() => answer])
    expect(await session.fetch(`${api}/api/x/`)).toBe(answer)
    expect(tokenRequests()).toBe(1)
  })

  test.each([
    ['another origin', 'https://shop.example/', {}],
    ['the caller’s own Authorization', `${api}/api/x/`, { Authorization: 'Bearer own' }],
  ])('a 401 of a request without our token (%s) is returned to the caller', async (_, address, headers) => {
    const { session, tokenRequests } = createRefusingApi({}, [refusal])
    await expect(session.fetch(address, { headers })).resolves.toMatchObject({ status: 401 })
    expect(tokenRequests()).toBe(0)
  })

  test('a 401 of the token request itself causes no other token request', async () => {
    const fetched: unknown[] = []
    const session = createForageSession({
      tokenSource: 'https://api.sandbox.joinforage.app/token',
      environment: 'sandbox',
      fetch: async (input) => {
        fetched.push(input)
        return new Response(null, { status: 401 })
      },
    })
    await expect(session.fetch(`${api}/api/x/`)).rejects.toMatchObject({ code: 'endpoint_rejected' })
    expect(fetched).toEqual(['https://api.sandbox.joinforage.app/token'])
  })
})

describe('a 401 whose body does not end', () => {
  test('a 401 whose body does not end is read up to 64 KiB, and then its status decides immediately', async () => {
    const body = endlessBody('x'.repeat(8 * 1024), Infinity)
    const { clock, session, sent } = createRefusingApi({}, [
      () => new Response(body.stream, { status: 401, headers: json }),
    ])
    const before = clock.now()
    await expect(session.fetch(`${api}/api/x/`)).resolves.toMatchObject({ status: 200 })
    expect(sent).toHaveLength(2)
    expect(clock.now()).toBe(before)
    await clock.advance(0)
    expect(body.read()).toBeLessThanOrEqual(2 * 80 * 1024)
    expect(body.canceled()).toBe(true)
  })

  test('a 401 whose body stalls is judged by its status after 2 s, and canceled 2 s later', async () => {
    const body = endlessBody('{', 1)
    const { clock, session, sent } = createRefusingApi({}, [
      () => new Response(body.stream, { status: 401, headers: json }),
    ])
    const response = session.fetch(`${api}/api/x/`)
    await clock.advance(1999)
    expect(sent).toHaveLength(1)
    await clock.advance(1)
    expect(sent).toHaveLength(2)
    await expect(response).resolves.toMatchObject({ status: 200 })
    await clock.advance(2000)
    expect(body.canceled()).toBe(true)
    session.close()
    expect(clock.timers()).toBe(0)
  })

  test('a 401 with an endless body that is not JSON is judged immediately, and canceled after 2 s', async () => {
    const body = endlessBody('<p>', 1)
    const { clock, session, sent } = createRefusingApi({}, [() => new Response(body.stream, { status: 401 })])
    await expect(session.fetch(`${api}/api/x/`)).resolves.toMatchObject({ status: 200 })
    expect(sent).toHaveLength(2)
    await clock.advance(2000)
    expect(body.canceled()).toBe(true)
  })

  test('a 401 whose Content-Length is too large is not read', async () => {
    const body = endlessBody('x'.repeat(1024), Infinity)
    const headers = { ...json, 'Content-Length': String(5 * 1024 * 1024) }
    const { clock, session, sent } = createRefusingApi({}, [
      () => new Response(body.stream, { status: 401, headers }),
    ])
    await expect(session.fetch(`${api}/api/x/`)).resolves.toMatchObject({ status: 200 })
    expect(sent).toHaveLength(2)
    await clock.advance(0)
    expect(body.read()).toBeLessThanOrEqual(2048)
    expect(body.canceled()).toBe(true)
  })

  test('a 401 with a long body is still complete for the caller', async () => {
    const text = JSON.stringify({ detail: 'x'.repeat(200 * 1024) })
    let requests = 0
    const { session } = createRefusingApi(
      {
        tokenSource: async () =>
          (requests += 1) === 1 ? 'sandbox_token-1' : new Response(null, { status: 500 }),
      },
      [() => new Response(text, { status: 401, headers: json })],
    )
    const response = await session.fetch(`${api}/api/x/`)
    expect(response.bodyUsed).toBe(false)
    await expect(response.text()).resolves.toBe(text)
  })
})

describe('isTokenRejected', () => {
  test('isTokenRejected alone decides, from a clone and without the token', async () => {
    const seen: unknown[] = []
    const { session, sent } = createRefusingApi(
      {
        isTokenRejected: async (response, request) => {
          seen.push(await response.json(), request)
          return false
        },
      },
      [refusal],
    )
    const response = await session.fetch(`${api}/api/x/?a=1`, { method: 'post' })
    await expect(response.json()).resolves.toEqual(expired)
    expect(seen).toEqual([expired, { method: 'POST', url: `${api}/api/x/?a=1` }])
    expect(sent).toHaveLength(1)
  })

  test.each([
    [
      'throws',
      () => {
        throw new Error('a bug')
      },
    ],
    ['rejects', () => Promise.reject(new Error('a bug'))],
  ])('if isTokenRejected %s, the default decides and the error is reported', async (_, isTokenRejected) => {
    const reported: unknown[] = []
    const { reportError } = globalThis as { reportError?: unknown }
    Object.defineProperty(globalThis, 'reportError', {
      value: (error: unknown) => reported.push(error),
      configurable: true,
    })
    try {
      const { session, sent } = createRefusingApi({ isTokenRejected })
      await expect(session.fetch(`${api}/api/x/`)).resolves.toMatchObject({ status: 200 })
      expect(sent).toHaveLength(2)
      expect(reported).toEqual([new Error('a bug')])
    } finally {
      Object.defineProperty(globalThis, 'reportError', { value: reportError, configurable: true })
    }
  })

  test('an isTokenRejected that never answers does not hold a caller who aborts', async () => {
    const controller = new AbortController()
    const { session, clock } = createRefusingApi({ isTokenRejected: () => new Promise<boolean>(() => {}) })
    const response = session.fetch(`${api}/api/x/`, { signal: controller.signal })
    await clock.advance(10)
    controller.abort(new Error('gone'))
    await expect(response).rejects.toThrow('gone')
  })
})
