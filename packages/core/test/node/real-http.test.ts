import { createHash } from 'node:crypto'
import type { ServerResponse } from 'node:http'

import { describe, expect, onTestFinished, test } from 'vitest'

import {
  createForageSession,
  type ForageSession,
  type ForageSessionOptions,
  type SessionClock,
} from '../../src/index.ts'
import { createGate } from '../refusing-api.ts'
import { startServer, type Arrived, type RealServer } from './real-server.ts'

const refused = (token: number): string => `Bearer sandbox_token-${token}`

interface RealApi {
  readonly server: RealServer
  readonly session: ForageSession
  readonly tokenRequests: () => number
}

/** Starts a real server and a session that uses it through Node's own fetch. */
async function startApi(
  answer: (request: Arrived, response: ServerResponse) => void | Promise<void>,
  options: Partial<ForageSessionOptions> = {},
): Promise<RealApi> {
  const server = await startServer(answer)
  let minted = 0
  const session = createForageSession({
    tokenSource: async () => `sandbox_token-${(minted += 1)}`,
    environment: { apiUrl: server.origin },
    ...options,
  })
  onTestFinished(session.close)
  return { server, session, tokenRequests: () => minted }
}

/** Rejects the first token with a short JSON body, and accepts every other. */
function refuseFirst({ headers }: Arrived, response: ServerResponse): void {
  const isRefused = headers.authorization === refused(1)
  response.writeHead(isRefused ? 401 : 200, { 'Content-Type': 'application/json' })
  response.end(isRefused ? '{"errors":[{"code":"expired_session_token"}]}' : '{"ok":true}')
}

const hash = (body: Buffer): string => createHash('sha256').update(body).digest('hex')

const form = (): FormData => {
  const data = new FormData()
  data.set('receipt', new File(['m'.repeat(100_000)], 'receipt.jpg', { type: 'image/jpeg' }))
  data.set('note', 'milk & eggs “…”')
  return data
}
const bytes = new Uint8Array(70_000).map((_, index) => index % 251)

const bodies: [string, () => BodyInit][] = [
  ['a string', () => '{"amount":"20.00"}'],
  ['an empty string', () => ''],
  ['URLSearchParams', () => new URLSearchParams({ item: 'milk & eggs' })],
  ['an ArrayBuffer', () => bytes.slice().buffer],
  ['a typed array', () => bytes.subarray(100, 60_100)],
  ['a DataView', () => new DataView(bytes.buffer, 7, 50)],
  ['a Blob', () => new Blob([bytes], { type: 'image/png' })],
  ['a File', () => new File([bytes], 'a.bin')],
  ['a form with a file', form],
]

describe('a body on the wire', () => {
  test.each(bodies)(
    'a body (%s) is the same on both attempts, with its length and its type',
    async (_, body) => {
      const { session, server } = await startApi(refuseFirst)
      const response = await session.fetch(`${server.origin}/x`, { method: 'POST', body: body() })
      expect(response.status).toBe(200)
      expectSameTwice(server.arrived)
    },
  )

  test.each(bodies)(
    'the body (%s) of a Request is the same on both attempts, with its length and its type',
    async (_, body) => {
      const { session, server } = await startApi(refuseFirst)
      const response = await session.fetch(
        new Request(`${server.origin}/x`, { method: 'POST', body: body() }),
      )
      expect(response.status).toBe(200)
      expectSameTwice(server.arrived)
    },
  )

  test('a body that is a stream is sent once, and the next request carries a new token', async () => {
    const { session, server, tokenRequests } = await startApi(refuseFirst)
    const init = { method: 'POST', body: new Blob(['milk']).stream(), duplex: 'half' } as RequestInit
    // Some releases of Node turn a 401 into a network error if the body cannot be read again (nodejs/undici#5018).
    const outcome = session.fetch(`${server.origin}/x`, init).then(({ status }) => status, String)
    expect(String(await outcome)).toMatch(/^(401|TypeError: fetch failed)$/)
    expect(server.arrived.map(({ body }) => body.toString())).toEqual(['milk'])
    await expect(session.fetch(`${server.origin}/x`)).resolves.toMatchObject({ status: 200 })
    expect(tokenRequests()).toBe(2)
  })

  function expectSameTwice(arrived: Arrived[]): void {
    expect(arrived).toHaveLength(2)
    const [first, second] = arrived as [Arrived, Arrived]
    expect([first, second].map(({ headers }) => headers.authorization)).toEqual([refused(1), refused(2)])
    expect(hash(second.body)).toBe(hash(first.body))
    expect(second.headers['content-length']).toBe(String(first.body.byteLength))
    expect({ ...second.headers, authorization: '' }).toEqual({ ...first.headers, authorization: '' })
  }
})

test('a HEAD request is replayed as a HEAD request', async () => {
  const { session, server } = await startApi(({ headers }, response) => {
    response.writeHead(headers.authorization === refused(1) ? 401 : 200, {
      'Content-Type': 'application/json',
    })
    response.end()
  })
  const response = await session.fetch(`${server.origin}/x`, { method: 'HEAD' })
  expect(response.status).toBe(200)
  expect(server.arrived.map(({ method }) => method)).toEqual(['HEAD', 'HEAD'])
})

describe('connections', () => {
  test('a 401 with a short body leaves its connection to the replay, whether the session reads the body or not', async () => {
    for (const type of ['application/json', 'text/plain']) {
      const { session, server } = await startApi(({ headers }, response) => {
        response.writeHead(headers.authorization === refused(1) ? 401 : 200, { 'Content-Type': type })
        response.end('{"detail":"expired"}')
      })
      await (await session.fetch(`${server.origin}/x`)).text()
      await (await session.fetch(`${server.origin}/x`)).text()
      expect(server.arrived).toHaveLength(3)
      expect(server.opened()).toBeLessThanOrEqual(2)
    }
  })

  test.each(['application/json', 'text/plain'])(
    'fifty 401s in a row with 100 KB of %s leave at most three connections open',
    async (type) => {
      let offsetMs = 0
      const used = new Set<string | undefined>()
      const { session, server } = await startApi(
        ({ headers }, response) => {
          // Each token is good once, so every call except the first begins with a 401.
          const isGood = !used.has(headers.authorization)
          used.add(headers.authorization)
          response.writeHead(isGood ? 200 : 401, { 'Content-Type': type })
          response.end(isGood ? 'ok' : 'x'.repeat(100_000))
        },
        { platform: { clock: realClock({ offsetMs: () => offsetMs }) } },
      )
      for (let call = 0; call <= 50; call += 1) {
        const response = await session.fetch(`${server.origin}/x`)
        await expect(response.text()).resolves.toBe('ok')
        // Six rejected tokens within 30 s would end the session.
        offsetMs += 31_000
      }
      expect(server.arrived).toHaveLength(101)
      await waitUntil(() => server.open() <= 3)
      expect(server.open()).toBeLessThanOrEqual(3)
    },
  )

  test.each([
    ['JSON', 'application/json'],
    ['text', 'text/plain'],
  ])(
    'a 401 that never ends (%s) is read up to 64 KiB twice, and its connection is closed',
    async (_, type) => {
      let written = 0
      const released = createGate()
      const { session, server } = await startApi(({ headers, abandoned }, response) => {
        if (headers.authorization !== refused(1)) return void response.end('ok')
        response.writeHead(401, { 'Content-Type': type })
        const timer = setInterval(() => {
          if (response.write('x'.repeat(16 * 1024))) written += 1
        }, 1)
        void abandoned.finally(() => clearInterval(timer)).then(released.open)
        return undefined
      })
      const response = await session.fetch(`${server.origin}/x`)
      expect(response.status).toBe(200)
      await released.opened
      expect(written).toBeLessThan(200)
    },
  )

  test('a 401 whose body stalls is replayed after 2 s, and its connection is closed', async () => {
    const released = createGate()
    const { session, server } = await startApi(
      ({ headers, abandoned }, response) => {
        if (headers.authorization !== refused(1)) return void response.end('ok')
        response.writeHead(401, { 'Content-Type': 'application/json' })
        response.write('{')
        void abandoned.then(released.open)
        return undefined
      },
      { platform: { clock: realClock({ patienceMs: 20 }) } },
    )
    await expect(session.fetch(`${server.origin}/x`)).resolves.toMatchObject({ status: 200 })
    await released.opened
  })
})

describe('a redirect', () => {
  test('a POST that was applied and then redirected to a 401 is not replayed, so it is charged once', async () => {
    let charges = 0
    const { session, server, tokenRequests } = await startApi(({ method, path }, response) => {
      if (method === 'POST' && path === '/charge') {
        charges += 1
        return void response.writeHead(303, { Location: '/receipt' }).end()
      }
      return void response.writeHead(401).end()
    })
    const response = await session.fetch(`${server.origin}/charge`, { method: 'POST', body: '{}' })
    expect([response.status, response.redirected, charges]).toEqual([401, true, 1])
    expect(server.arrived.map(({ method, path }) => `${method} ${path}`)).toEqual([
      'POST /charge',
      'GET /receipt',
    ])
    await session.getToken()
    expect(tokenRequests()).toBe(2)
  })

  test('a redirected GET is replayed, because it changed nothing', async () => {
    const { session, server } = await startApi(({ path, headers }, response) => {
      if (path === '/a') return void response.writeHead(302, { Location: '/b' }).end()
      return refuseFirst({ headers } as Arrived, response)
    })
    await expect(session.fetch(`${server.origin}/a`)).resolves.toMatchObject({ status: 200 })
    expect(server.arrived.map(({ path }) => path)).toEqual(['/a', '/b', '/a', '/b'])
  })

  test('a redirect to another origin carries no token there, and its 401 is not about the token', async () => {
    const other = await startServer((_, response) => void response.writeHead(401).end())
    const { session, server, tokenRequests } = await startApi((_, response) => {
      response.writeHead(307, { Location: `${other.origin}/x` }).end()
    })
    const response = await session.fetch(`${server.origin}/x`)
    expect([response.status, tokenRequests()]).toEqual([401, 1])
    expect(other.arrived.map(({ headers }) => headers.authorization)).toEqual([undefined])
  })

  test.each(['manual', 'error'] as const)(
    'with redirect: %s the session returns what fetch returns',
    async (redirect) => {
      const { session, server } = await startApi(
        (_, response) => void response.writeHead(303, { Location: '/x' }).end(),
      )
      const plain = await fetch(`${server.origin}/x`, { redirect }).catch((error: unknown) => error)
      const ours = await session.fetch(`${server.origin}/x`, { redirect }).catch((error: unknown) => error)
      const facts = (answer: unknown): unknown =>
        answer instanceof Response ? [answer.status, answer.type] : (answer as Error).name
      expect(facts(ours)).toEqual(facts(plain))
      expect(server.arrived).toHaveLength(2)
    },
  )
})

describe('an abort', () => {
  test('an abort during the first attempt reaches the server, and no token is requested', async () => {
    const controller = new AbortController()
    const { session, server, tokenRequests } = await startApi(() => controller.abort(new Error('gone')))
    const { signal } = controller
    await expect(session.fetch(`${server.origin}/x`, { signal })).rejects.toThrow('gone')
    await server.arrived[0]!.abandoned
    expect([server.arrived.length, tokenRequests()]).toEqual([1, 1])
  })

  test('an abort during the token request sends nothing more', async () => {
    const controller = new AbortController()
    const { session, server } = await startApi(refuseFirst, {
      tokenSource: async ({ reason }) => {
        if (reason === 'first') return 'sandbox_token-1'
        controller.abort(new Error('gone'))
        return await new Promise<string>(() => {})
      },
    })
    const { signal } = controller
    await expect(session.fetch(`${server.origin}/x`, { signal })).rejects.toThrow('gone')
    expect(server.arrived).toHaveLength(1)
  })

  test('an abort during the replay reaches the server', async () => {
    const controller = new AbortController()
    const { session, server } = await startApi((request, response) => {
      if (request.headers.authorization === refused(1)) return refuseFirst(request, response)
      return controller.abort(new Error('gone'))
    })
    const { signal } = controller
    await expect(session.fetch(`${server.origin}/x`, { signal })).rejects.toThrow('gone')
    await server.arrived[1]!.abandoned
  })

  test('an abort while the caller reads the replay’s body reaches the server', async () => {
    const controller = new AbortController()
    const { session, server } = await startApi((request, response) => {
      if (request.headers.authorization === refused(1)) return refuseFirst(request, response)
      return void response.write('{')
    })
    const response = await session.fetch(`${server.origin}/x`, { signal: controller.signal })
    const reading = response.text()
    controller.abort(new Error('gone'))
    await expect(reading).rejects.toThrow('gone')
    await server.arrived[1]!.abandoned
  })

  test('an abort while the session reads the 401’s body ends the call and the request', async () => {
    const controller = new AbortController()
    const { session, server } = await startApi((_, response) => {
      response.writeHead(401, { 'Content-Type': 'application/json' }).write('{')
      setImmediate(() => controller.abort(new Error('gone')))
    })
    const { signal } = controller
    await expect(session.fetch(`${server.origin}/x`, { signal })).rejects.toThrow('gone')
    expect(server.arrived).toHaveLength(1)
  })
})

test('two hundred 401s on one signal cause no warning about too many listeners', async () => {
  const warnings: Error[] = []
  const onWarning = (warning: Error): void => void warnings.push(warning)
  process.on('warning', onWarning)
  try {
    const { session, server, tokenRequests } = await startApi(refuseFirst)
    const { signal } = new AbortController()
    const calls = Array.from({ length: 200 }, async () => {
      const response = await session.fetch(`${server.origin}/x`, { signal })
      await response.text()
      return response.status
    })
    expect(new Set(await Promise.all(calls))).toEqual(new Set([200]))
    expect(tokenRequests()).toBe(2)
    expect(warnings.map(({ name, message }) => `${name}: ${message}`)).toEqual([])
  } finally {
    process.off('warning', onWarning)
  }
})

/** The platform's clock, with a shorter wait in place of the 2 s that the session gives a stalled body. */
function realClock({ offsetMs = () => 0, patienceMs = 2000 }): SessionClock {
  return {
    now: () => Date.now() + offsetMs(),
    monotonic: () => performance.now() + offsetMs(),
    setTimeout: (run, ms) => setTimeout(run, ms === 2000 ? patienceMs : ms),
    clearTimeout: (handle) => clearTimeout(handle as NodeJS.Timeout),
  }
}

/** Waits, because connections close a few turns of the event loop after they were released. */
async function waitUntil(holds: () => boolean): Promise<void> {
  for (let turn = 0; turn < 1000 && !holds(); turn += 1)
    await new Promise((resolve) => void setImmediate(resolve))
}
