import { describe, expect, test } from 'vitest'

import { createForageSession } from '../../src/index.ts'
import { api, createRefusingApi, expired, refusal } from '../refusing-api.ts'

const marked = (response: Response, marks: Partial<Response>): Response => {
  for (const [name, value] of Object.entries(marks)) Object.defineProperty(response, name, { value })
  return response
}

/** A body that sends `chunk` again and again (or once, and then nothing more), until it is cancelled. */
function endlessBody(
  chunk: string,
  times: number,
): { stream: ReadableStream; read: () => number; cancelled: () => boolean } {
  const bytes = new TextEncoder().encode(chunk)
  let sent = 0
  let isCancelled = false
  const stream = new ReadableStream<Uint8Array>(
    {
      pull(controller) {
        if (sent >= times) return new Promise<void>(() => {})
        sent += 1
        controller.enqueue(bytes)
        return undefined
      },
      cancel: () => void (isCancelled = true),
    },
    { highWaterMark: 0 },
  )
  return { stream, read: () => sent * bytes.byteLength, cancelled: () => isCancelled }
}

const json = { 'Content-Type': 'application/json' }

describe('what is not a 401', () => {
  test.each([200, 204, 304, 400, 404, 500, 503])(
    '%i is the caller’s own response object, and costs no token request (case 2)',
    async (status) => {
      const answer = new Response(null, { status })
      const { session, tokenRequests } = createRefusingApi({}, [() => answer])
      expect(await session.fetch(`${api}/api/x/`)).toBe(answer)
      expect(tokenRequests()).toBe(1)
    },
  )

  test('a 403 is the caller’s, whatever its body says, unread (case 3)', async () => {
    const answer = Response.json(expired, { status: 403 })
    const { session, tokenRequests } = createRefusingApi({}, [() => answer])
    expect(await session.fetch(`${api}/api/x/`)).toBe(answer)
    expect([answer.bodyUsed, tokenRequests()]).toEqual([false, 1])
  })

  test.each(['TypeError: Failed to fetch', 'TypeError: Load failed'])(
    'an error without a response (%s), as of a 401 without CORS headers, is thrown as it is (case 11)',
    async (message) => {
      const error = new TypeError(message)
      const { session, sent, tokenRequests } = createRefusingApi({}, [() => Promise.reject(error)])
      await expect(session.fetch(`${api}/api/x/`)).rejects.toBe(error)
      expect([sent.length, tokenRequests()]).toEqual([1, 1])
    },
  )
})

describe('a 401 about the token', () => {
  test('costs one token request and one replay with the new token (case 1)', async () => {
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
    ['an empty body that says it is JSON', () => new Response('', { status: 401, headers: json })],
    ['no body at all', () => new Response(null, { status: 401 })],
    ['expired_session_token', refusal],
    ['an unknown code', () => Response.json({ error: 'unauthorized' }, { status: 401 })],
  ])('may come with %s (case 5)', async (_, answer) => {
    const { session, sent } = createRefusingApi({}, [answer])
    await expect(session.fetch(`${api}/api/x/`)).resolves.toMatchObject({ status: 200 })
    expect(sent).toHaveLength(2)
  })

  test('needs no WWW-Authenticate, which CORS hides: the status decides (case 9)', async () => {
    const { session, sent } = createRefusingApi({}, [() => new Response(null, { status: 401 })])
    await session.fetch(`${api}/api/x/`)
    expect(sent).toHaveLength(2)
  })

  test('is found behind another challenge with a comma in its quotes (case 8)', async () => {
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

  test('may come from a runtime whose responses have no body stream (case 51)', async () => {
    const streamless = (): Response =>
      marked(refusal(), { body: null, clone: () => marked(refusal(), { body: null }) })
    const { session, sent } = createRefusingApi({}, [streamless])
    await expect(session.fetch(`${api}/api/x/`)).resolves.toMatchObject({ status: 200 })
    expect(sent).toHaveLength(2)
  })

  test('may have been read by somebody in between: then its status decides', async () => {
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
    '(%s) is the caller’s at once, its body unread, in each of Forage’s envelopes (case 4)',
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

  test('an opaque one is passed on (case 10)', async () => {
    for (const type of ['opaque', 'opaqueredirect'] as const) {
      const answer = marked(refusal(), { type })
      const { session, tokenRequests } = createRefusingApi({}, [() => answer])
      expect(await session.fetch(`${api}/api/x/`)).toBe(answer)
      expect(tokenRequests()).toBe(1)
    }
  })

  test('one that an address without our token answered, after a redirect, is passed on', async () => {
    const answer = marked(refusal(), { url: 'https://login.example/', redirected: true })
    const { session, tokenRequests } = createRefusingApi({}, [() => answer])
    expect(await session.fetch(`${api}/api/x/`)).toBe(answer)
    expect(tokenRequests()).toBe(1)
  })

  test.each([
    ['another origin', 'https://shop.example/', {}],
    ['the caller’s own Authorization', `${api}/api/x/`, { Authorization: 'Bearer own' }],
  ])('one of a request without our token (%s) is passed on (case 7)', async (_, address, headers) => {
    const { session, tokenRequests } = createRefusingApi({}, [refusal])
    await expect(session.fetch(address, { headers })).resolves.toMatchObject({ status: 401 })
    expect(tokenRequests()).toBe(0)
  })

  test('one of the token request itself is not asked about again (case 12)', async () => {
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
  test('is read up to 64 KiB, and then its status decides at once (case 6)', async () => {
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
    expect(body.cancelled()).toBe(true)
  })

  test('and sends no more is waited for at most 2 s, and let go of 2 s later (case 6)', async () => {
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
    expect(body.cancelled()).toBe(true)
    session.close()
    expect(clock.timers()).toBe(0)
  })

  test('and is not JSON is not waited for at all, and let go of after 2 s (case 6)', async () => {
    const body = endlessBody('<p>', 1)
    const { clock, session, sent } = createRefusingApi({}, [() => new Response(body.stream, { status: 401 })])
    await expect(session.fetch(`${api}/api/x/`)).resolves.toMatchObject({ status: 200 })
    expect(sent).toHaveLength(2)
    await clock.advance(2000)
    expect(body.cancelled()).toBe(true)
  })

  test('or says that it is long is not read (case 6)', async () => {
    const body = endlessBody('x'.repeat(1024), Infinity)
    const headers = { ...json, 'Content-Length': String(5 * 1024 * 1024) }
    const { clock, session, sent } = createRefusingApi({}, [
      () => new Response(body.stream, { status: 401, headers }),
    ])
    await expect(session.fetch(`${api}/api/x/`)).resolves.toMatchObject({ status: 200 })
    expect(sent).toHaveLength(2)
    await clock.advance(0)
    expect(body.read()).toBeLessThanOrEqual(2048)
    expect(body.cancelled()).toBe(true)
  })

  test('is still whole for the caller who gets it', async () => {
    const text = JSON.stringify({ detail: 'x'.repeat(200 * 1024) })
    let asked = 0
    const { session } = createRefusingApi(
      {
        tokenSource: async () =>
          (asked += 1) === 1 ? 'sandbox_token-1' : new Response(null, { status: 500 }),
      },
      [() => new Response(text, { status: 401, headers: json })],
    )
    const response = await session.fetch(`${api}/api/x/`)
    expect(response.bodyUsed).toBe(false)
    await expect(response.text()).resolves.toBe(text)
  })
})

describe('isTokenRejected', () => {
  test('decides alone, from a clone and without the token', async () => {
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
  ])('that %s breaks no payment: the default decides, and the error is told', async (_, isTokenRejected) => {
    const told: unknown[] = []
    const { reportError } = globalThis as { reportError?: unknown }
    Object.defineProperty(globalThis, 'reportError', {
      value: (error: unknown) => told.push(error),
      configurable: true,
    })
    try {
      const { session, sent } = createRefusingApi({ isTokenRejected })
      await expect(session.fetch(`${api}/api/x/`)).resolves.toMatchObject({ status: 200 })
      expect(sent).toHaveLength(2)
      expect(told).toEqual([new Error('a bug')])
    } finally {
      Object.defineProperty(globalThis, 'reportError', { value: reportError, configurable: true })
    }
  })

  test('that never answers does not keep a caller who gives up', async () => {
    const controller = new AbortController()
    const { session, clock } = createRefusingApi({ isTokenRejected: () => new Promise<boolean>(() => {}) })
    const response = session.fetch(`${api}/api/x/`, { signal: controller.signal })
    await clock.advance(10)
    controller.abort(new Error('gone'))
    await expect(response).rejects.toThrow('gone')
  })
})
