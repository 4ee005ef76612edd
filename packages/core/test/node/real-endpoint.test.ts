import type { ServerResponse } from 'node:http'

import { describe, expect, onTestFinished, test } from 'vitest'

import {
  createForageSession,
  merchantEndpoint,
  type ForageSession,
  type ForageSessionOptions,
  type SessionEvent,
} from '../../src/index.ts'
import { createVirtualClock, type VirtualClock } from '../../src/testing/index.ts'
import { startServer, type Arrived, type RealServer } from './real-server.ts'

type Answer = (request: Arrived, response: ServerResponse) => void

interface Setup {
  readonly server: RealServer
  readonly session: ForageSession
  readonly events: SessionEvent[]
}

/** Starts a merchant backend on this machine and a session that uses it through Node's own fetch. */
async function startBackend(answer: Answer, options: Partial<ForageSessionOptions> = {}): Promise<Setup> {
  const server = await startServer(answer)
  const session = createForageSession({
    tokenSource: `${server.origin}/api/forage/session-token`,
    environment: 'sandbox',
    ...options,
  })
  onTestFinished(session.close)
  const events: SessionEvent[] = []
  session.on((event) => events.push(event))
  return { server, session, events }
}

const json =
  (body: unknown, status = 200): Answer =>
  (_, response) =>
    void response.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(body))

/** Lets real answers arrive while virtual time stands still, then lets `ms` of it pass. */
async function afterRequest(server: RealServer, clock: VirtualClock, ms: number): Promise<void> {
  await expect.poll(() => server.arrived.length).toBe(1)
  await clock.advance(ms)
}

describe('a token request', () => {
  test('a token request is a POST of JSON with the checkout and the reason, and follows no redirect', async () => {
    const { server, session } = await startBackend(json({ token: 'sandbox_a' }), { checkoutId: 'cart-1' })
    await session.getToken()
    const [{ method, path, headers, body }] = server.arrived as [Arrived]
    expect([method, path, headers['content-type']]).toEqual([
      'POST',
      '/api/forage/session-token',
      'application/json',
    ])
    expect(JSON.parse(body.toString())).toEqual({ checkout_id: 'cart-1', reason: 'first' })
  })

  test('a token request carries the caller’s headers, computed again for each request', async () => {
    const server = await startServer(json({ token: 'sandbox_a', expires_in: 900 }))
    let count = 0
    const headers = (): HeadersInit => ({ 'X-CSRF-Token': `csrf-${(count += 1)}` })
    const session = createForageSession({ tokenSource: merchantEndpoint(server.origin, { headers }) })
    onTestFinished(session.close)
    await session.getToken()
    await session.renew()
    expect(server.arrived.map((request) => request.headers['x-csrf-token'])).toEqual(['csrf-1', 'csrf-2'])
  })
})

describe('a hostile answer', () => {
  const html: Answer = (_, response) =>
    void response.writeHead(200, { 'Content-Type': 'text/html' }).end('<!doctype html><title>Sign in</title>')
  const redirect: Answer = (_, response) => void response.writeHead(302, { Location: '/login' }).end()
  const flood: Answer = (_, response) => {
    response.writeHead(200, { 'Content-Type': 'application/json' })
    response.end(`{"token":"sandbox_a","padding":"${'x'.repeat(5_000_000)}"}`)
  }
  const cutOff: Answer = (_, response) => {
    response.writeHead(200, { 'Content-Type': 'application/json', 'Content-Length': '1000' })
    response.write('{"token":"sand', () => response.destroy())
  }

  test.each<[string, Answer, string, boolean]>([
    ['a login page', html, 'endpoint_not_json', true],
    ['a redirect to a login page', redirect, 'endpoint_redirected', true],
    ['204', (_, response) => void response.writeHead(204).end(), 'endpoint_not_json', true],
    ['an empty body', (_, response) => void response.end(), 'endpoint_not_json', true],
    ['five megabytes', flood, 'endpoint_not_json', true],
    ['truncated JSON', cutOff, 'endpoint_not_json', true],
    ['JSON of another shape', json({ session: 'sandbox_a' }), 'token_missing', true],
    ['a list', json(['sandbox_a']), 'token_missing', true],
    ['an empty token', json({ token: '' }), 'token_missing', true],
    ['a token with a line break', json({ token: 'sandbox_a\r\nX-Evil: 1' }), 'token_malformed', true],
    [
      'an authentication token',
      json({ token: 'sandbox_uXpcGMAMs7hhbw9JifUuJlzUZS3zWD' }),
      'token_wrong_kind',
      false,
    ],
    ['the token of another environment', json({ token: 'prod_a' }), 'token_environment_mismatch', false],
    ['an expired token', json({ token: 'sandbox_a', expires_in: -5 }), 'token_expired_on_arrival', true],
    ['a signed-out customer', json({ code: 'unauthorized' }, 401), 'endpoint_rejected', false],
    ['an unknown URL', json({}, 404), 'endpoint_not_found', true],
    ['too many requests', json({}, 429), 'endpoint_rate_limited', true],
    ['a gateway without a backend', html502, 'endpoint_failed', true],
    ['a dropped connection', (_, response) => void response.destroy(), 'endpoint_unreachable', true],
  ])(
    'a hostile answer (%s) has its own code and remedy, and costs one token request',
    async (_, answer, code, isRetryable) => {
      const { server, session } = await startBackend(answer)
      await expect(session.getToken()).rejects.toMatchObject({
        code,
        retryable: isRetryable,
        remedy: expect.stringMatching(/^[A-Z].+\.$/),
      })
      await expect(session.getToken()).rejects.toMatchObject({ code })
      expect(server.arrived).toHaveLength(1)
    },
  )

  test('a token answer that never arrives is endpoint_timeout after ten seconds, and the connection is closed', async () => {
    const clock = createVirtualClock()
    const { server, session } = await startBackend(() => {}, { platform: { clock } })
    const token = session.getToken()
    token.catch(() => {})
    await afterRequest(server, clock, 10_000)
    await expect(token).rejects.toMatchObject({ code: 'endpoint_timeout' })
    await server.arrived[0]!.abandoned
  })

  test('a token answer whose body never ends is endpoint_timeout after ten seconds', async () => {
    const clock = createVirtualClock()
    const { server, session } = await startBackend(
      (_, response) =>
        void response.writeHead(200, { 'Content-Type': 'application/json' }).write('{"token":'),
      { platform: { clock } },
    )
    const token = session.getToken()
    token.catch(() => {})
    await afterRequest(server, clock, 10_000)
    await expect(token).rejects.toMatchObject({ code: 'endpoint_timeout' })
    await server.arrived[0]!.abandoned
  })
})

describe('a token', () => {
  const jwt = (claims: object): string => `sandbox_eyJhbGciOiJIUzI1NiJ9.${btoa(JSON.stringify(claims))}.mac`

  test('a token that a server with a wrong clock issues in the future lives as long as it says', async () => {
    const clock = createVirtualClock()
    const iat = clock.now() / 1000 + 3600
    const { session, events } = await startBackend(json({ token: jwt({ iat, exp: iat + 600 }) }), {
      platform: { clock },
    })
    await session.getToken()
    expect(events).toContainEqual(expect.objectContaining({ type: 'token-received', lifetimeMs: 600_000 }))
  })

  test('a token that a cache returns again after its rejection is token_reused', async () => {
    const { server, session } = await startBackend(json({ token: 'sandbox_cached' }))
    const rejected = await session.getToken()
    await expect(session.getToken({ rejected })).rejects.toMatchObject({
      code: 'token_reused',
      retryable: true,
    })
    await expect(session.getToken()).rejects.toMatchObject({ code: 'token_reused' })
    expect(server.arrived).toHaveLength(2)
  })
})

function html502(_: Arrived, response: ServerResponse): void {
  response.writeHead(502, { 'Content-Type': 'text/html' }).end('<h1>Bad Gateway</h1>')
}
