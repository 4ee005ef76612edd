import { HTTPError, TimeoutError, type KyInstance, type Options } from 'ky'
import { describe, expect, test } from 'vitest'

import { createForageSession, type ForageSessionOptions } from './index.ts'
import { createForageClient } from './ky.ts'

function setUp(answers: number[], { tokenSource }: Partial<ForageSessionOptions> = {}) {
  let tokens = 0
  let requested = 0
  const sent: { url: string; authorization: string | null; type: string | null; body: string }[] = []
  const session = createForageSession({
    tokenSource: async (request) => {
      requested += 1
      return typeof tokenSource === 'function' ? await tokenSource(request) : `sandbox_token-${(tokens += 1)}`
    },
    environment: 'sandbox',
    fetch: async (input, init) => {
      const request = new Request(input, init)
      const authorization = request.headers.get('Authorization')
      const type = request.headers.get('Content-Type')
      sent.push({ url: request.url, authorization, type, body: await request.text() })
      const status = answers.shift() ?? 200
      return Response.json({ status }, { status })
    },
  })
  return { session, sent, tokenRequests: () => requested }
}

const immediately = { delay: () => 0 }

/** Returns the error that a call threw. */
async function thrownBy(call: PromiseLike<unknown>): Promise<unknown> {
  return await Promise.resolve(call).then(
    () => undefined,
    (error: unknown) => error,
  )
}

test('a POST with retry: 0 is replayed after a 401, with its body', async () => {
  const { session, sent } = setUp([401])
  const forage = createForageClient(session)
  await forage.post('api/payment_methods/', { json: { type: 'ebt' }, retry: 0 })
  expect(sent.map(({ body }) => body)).toEqual(['{"type":"ebt"}', '{"type":"ebt"}'])
  expect(sent[1]!.url).toBe('https://api.sandbox.joinforage.app/api/payment_methods/')
})

test('an endless 401 is an HTTPError after two requests, even with 401 among the retry codes', async () => {
  const { session, sent, tokenRequests } = setUp([401, 401, 401, 401])
  const forage = createForageClient(session, { retry: { limit: 3, statusCodes: [401, 503], delay: () => 0 } })
  const error: unknown = await forage.get('api/x/').catch((reason: unknown) => reason)
  expect(error).toBeInstanceOf(HTTPError)
  expect((error as HTTPError).request.headers.get('Authorization')).toBeNull()
  expect([sent.length, tokenRequests()]).toEqual([2, 2])
})

test('for 503, 503, 401, ky’s own retries are used up by the 503s only', async () => {
  const { session, sent } = setUp([503, 503, 401])
  const forage = createForageClient(session, { retry: { limit: 2, delay: () => 0 } })
  await expect(forage.get('api/x/').json()).resolves.toEqual({ status: 200 })
  expect(sent).toHaveLength(4)
})

test('a fetch in the ky options does not replace the session’s', async () => {
  const { session, sent } = setUp([401])
  const forage = createForageClient(session, { fetch: async () => Response.error() })
  await forage.get('api/x/')
  expect(sent.map(({ authorization }) => authorization)).toEqual([
    'Bearer sandbox_token-1',
    'Bearer sandbox_token-2',
  ])
})

test('createForageClient throws without a URL', () => {
  const session = createForageSession({ tokenSource: '/api/forage/session-token' })
  expect(() => createForageClient(session)).toThrow(TypeError)
  expect(() => createForageClient(session, { prefix: 'https://api.joinforage.app' })).not.toThrow()
})

describe('a 401 among the retry codes of', () => {
  const retry = { limit: 3, statusCodes: [401, 503], ...immediately }
  test.each<[string, (client: KyInstance) => PromiseLike<unknown>]>([
    ['one call', (client) => client.get('api/x/', { retry })],
    ['an extended client', (client) => client.extend({ retry }).get('api/x/')],
  ])('401 among the retry codes of %s does not multiply the requests', async (_, call) => {
    const { session, sent, tokenRequests } = setUp(Array(9).fill(401))
    const error = await thrownBy(call(createForageClient(session)))
    expect(error).toBeInstanceOf(HTTPError)
    expect([sent.length, tokenRequests()]).toEqual([2, 2])
  })

  test('a client leaves its other retry codes and its own shouldRetry to ky', async () => {
    const requested: number[] = []
    const shouldRetry = ({ retryCount }: { retryCount: number }): undefined => void requested.push(retryCount)
    const { session, sent } = setUp([503, 401])
    const client = createForageClient(session, { retry: { ...retry, shouldRetry } })
    await expect(client.get('api/x/').json()).resolves.toEqual({ status: 200 })
    expect([sent.length, requested]).toEqual([3, [1]])
  })
})

describe('a POST that gets a 401', () => {
  const form = (): FormData => {
    const data = new FormData()
    data.set('receipt', new File(['milk'], 'receipt.txt'))
    return data
  }
  test.each<[string, () => BodyInit]>([
    ['a string', () => 'milk'],
    ['URLSearchParams', () => new URLSearchParams({ item: 'milk' })],
    ['an ArrayBuffer', () => new TextEncoder().encode('milk').buffer],
    ['a view', () => new TextEncoder().encode('--milk--').subarray(2, 6)],
    ['a Blob', () => new Blob(['milk'])],
    ['a form with a file', form],
    ['a stream', () => new Blob(['milk']).stream()],
  ])('a POST with %s is replayed byte-identical, with and without retries of ky', async (_, body) => {
    for (const retry of [0, 2]) {
      const { session, sent } = setUp([401])
      const client = createForageClient(session)
      await client.post('api/x/', { body: body(), retry })
      expect(sent).toHaveLength(2)
      expect([sent[1]!.type, sent[1]!.body]).toEqual([sent[0]!.type, sent[0]!.body])
      expect(sent[0]!.body).toContain('milk')
    }
  })
})

describe('a token request that never answers', () => {
  const hanging: Partial<ForageSessionOptions> = { tokenSource: () => new Promise<never>(() => {}) }

  test('a token request that never answers ends with ky’s timeout', async () => {
    const { session, sent } = setUp([], hanging)
    const client = createForageClient(session, { timeout: 20 })
    await expect(client.get('api/x/')).rejects.toBeInstanceOf(TimeoutError)
    expect(sent).toEqual([])
  })

  test('a token request that never answers ends with the caller’s abort', async () => {
    const { session, sent } = setUp([], hanging)
    const controller = new AbortController()
    const call = thrownBy(createForageClient(session).get('api/x/', { signal: controller.signal }))
    controller.abort(new Error('gone'))
    expect(await call).toMatchObject({ message: 'gone' })
    expect(sent).toEqual([])
  })

  test('a token request after a 401 ends with ky’s timeout, which counts once', async () => {
    let requested = 0
    const { session, sent } = setUp([401], {
      tokenSource: async () =>
        (requested += 1) === 1 ? 'sandbox_token-1' : await new Promise<never>(() => {}),
    })
    const client = createForageClient(session, { timeout: 50 })
    await expect(client.post('api/x/', { json: {} })).rejects.toBeInstanceOf(TimeoutError)
    expect(sent).toHaveLength(1)
  })
})

test('with throwHttpErrors: false, the caller gets the second 401 unchanged', async () => {
  const { session, sent } = setUp([401, 401])
  const response = await createForageClient(session).get('api/x/', { throwHttpErrors: false })
  expect([response.status, sent.length]).toEqual([401, 2])
  await expect(response.json()).resolves.toEqual({ status: 401 })
})

test('an error of the token source is thrown unchanged and not retried by ky', async () => {
  const { session, sent, tokenRequests } = setUp([], {
    tokenSource: () => Promise.reject(new TypeError('Failed to fetch')),
  })
  const client = createForageClient(session, { retry: { limit: 3, ...immediately } })
  expect(await thrownBy(client.get('api/x/'))).toMatchObject({
    name: 'ForageSessionError',
    code: 'endpoint_unreachable',
  })
  expect([sent.length, tokenRequests()]).toEqual([0, 1])
})

test('neither an HTTPError nor a hook nor ky’s own options contain a token', async () => {
  const { session, sent } = setUp([401, 401])
  const seen: (string | null)[] = []
  const client = createForageClient(session, {
    hooks: {
      beforeRequest: [({ request }) => void seen.push(request.headers.get('Authorization'))],
      afterResponse: [({ request }) => void seen.push(request.headers.get('Authorization'))],
    },
  })
  const error = (await thrownBy(client.post('api/x/', { json: {} }))) as HTTPError
  expect(error).toBeInstanceOf(HTTPError)
  expect(error.data).toEqual({ status: 401 })
  expect([...seen, error.request.headers.get('Authorization')]).toEqual([null, null, null])
  expect(JSON.stringify([error.message, error.options])).not.toContain('sandbox_token')
  expect(sent).toHaveLength(2)
})

test('an option that ky does not know reaches fetch in both attempts', async () => {
  const inits: (RequestInit | undefined)[] = []
  let minted = 0
  const session = createForageSession({
    tokenSource: async () => `sandbox_token-${(minted += 1)}`,
    environment: 'sandbox',
    fetch: async (_, init) => {
      inits.push(init)
      return new Response('{}', { status: inits.length === 1 ? 401 : 200 })
    },
  })
  await createForageClient(session).get('api/x/', { dispatcher: 'own' } as Options)
  expect(inits).toMatchObject([{ dispatcher: 'own' }, { dispatcher: 'own' }])
})
