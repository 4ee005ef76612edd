import fc from 'fast-check'
import { expect, it } from 'vitest'

import type { Authorize, SessionTokenHandlerOptions } from '../../src/index.ts'
import { createFixture } from '../fixtures/server-fixture.ts'
import { clientSecret, forageError, sessionTokenPath, tokenPath } from '../fixtures/upstream-stub.ts'
import { alice, shop } from './endpoint-fixture.ts'

// The client sends this text in every field. An answer that contains it echoes the client.
const canary = 'cAnArY-9f3b'

const methods = fc.constantFrom('POST', 'POST', 'POST', 'OPTIONS', 'GET', 'HEAD', 'PUT', 'PATCH', 'DELETE')
const text = fc.string({ maxLength: 40 }).map((value) => `${value.replaceAll(/[^\x20-\x7e]/g, '?')}${canary}`)
const header = fc.oneof(
  fc.tuple(
    fc.constant('origin'),
    fc.constantFrom(shop, 'https://evil.example', 'null', `https://${canary}.example`),
  ),
  fc.tuple(
    fc.constant('sec-fetch-site'),
    fc.constantFrom('same-origin', 'same-site', 'cross-site', 'none', canary),
  ),
  fc.tuple(fc.constant('sec-fetch-mode'), fc.constantFrom('cors', 'navigate', canary)),
  fc.tuple(
    fc.constant('content-type'),
    fc.constantFrom('application/json', 'text/plain', `application/${canary}`),
  ),
  fc.tuple(fc.constantFrom('cookie', 'authorization', 'x-forwarded-for', 'content-length', 'x-odd'), text),
)
const body = fc.oneof(
  fc.json(),
  fc
    .record({
      checkout_id: fc.oneof(fc.constant('cart-1'), text, fc.integer(), fc.constant(null)),
      reason: fc.oneof(fc.constantFrom('first', 'renewal', 'expired', 'rejected'), text, fc.object()),
      merchantAccount: text,
    })
    .map((value) => JSON.stringify(value)),
  text.map((value) => value.repeat(800)),
  fc.constant(''),
  fc.constantFrom('{"checkout_id":"cart-1"}', '{"reason":"rejected"}'),
)
const authorizes: readonly Authorize[] = [
  ...Array<Authorize>(7).fill(() => alice),
  () => null,
  () => ({ ...alice, subject: '' }),
  () => ({ ...alice, pool: 'no such pool' }),
  () => 'a string' as never,
  () => Promise.reject(new Error(canary)),
  () => {
    throw new TypeError(canary)
  },
]
const trouble = fc.constantFrom(
  'none',
  'none',
  'none',
  'none',
  'refused',
  'broken',
  'odd',
  'no token',
  'network',
)
const options = fc.record({
  channel: fc.constantFrom('browser' as const, 'native' as const),
  authorize: fc.constantFrom(...authorizes),
  clientIp: fc.constantFrom(
    undefined,
    () => canary,
    () => '192.0.2.1',
  ),
  tight: fc.boolean(),
})

function upstreamAnswer(kind: string, secret: string): Response | (() => Promise<Response>) | undefined {
  if (kind === 'refused') return forageError(403, 'forbidden', secret)
  if (kind === 'broken') return new Response(secret, { status: 502 })
  if (kind === 'odd') return Response.json({ [secret]: secret }, { status: 418 })
  if (kind === 'network') return () => Promise.reject(new Error(secret))
  return undefined
}

it('the endpoint answers any request with a token or a problem document, never throws, echoes no input and shows no secret', async () => {
  const seen = new Set<number>()
  await fc.assert(
    fc.asyncProperty(
      fc.record({
        method: methods,
        headers: fc.array(header, { maxLength: 8 }),
        body,
        options,
        trouble,
        asJson: fc.boolean(),
      }),
      async ({
        method,
        headers,
        body: sent,
        options: { tight, clientIp, ...chosen },
        trouble: kind,
        asJson,
      }) => {
        const { forage, upstream } = createFixture()
        const secret = `${canary}-${clientSecret}`
        const answer = upstreamAnswer(kind, secret)
        if (answer) upstream.answerNext(sessionTokenPath, answer)
        if (kind === 'no token') upstream.answerNext(tokenPath, forageError(400, 'invalid_client', secret))
        const limit = { subject: { requests: 1, perMs: 1000 }, ip: { requests: 1, perMs: 1000 } }
        const handlerOptions: SessionTokenHandlerOptions = {
          ...chosen,
          ...(clientIp ? { clientIp } : {}),
          ...(tight ? { rateLimit: limit } : {}),
        }
        const handler = forage.sessionTokenHandler(handlerOptions)
        for (let i = 0; i < 2; i++) {
          const request = build(method, headers, sent, asJson)
          const response = await handler(request)
          seen.add(response.status)
          await inspect(method, response, upstream.issued)
        }
      },
    ),
    { numRuns: 1000 },
  )
  // The fuzzer reached every kind of answer.
  expect([...seen].toSorted((a, b) => a - b)).toEqual([200, 204, 401, 403, 405, 413, 415, 429, 500, 503])
}, 30_000)

function build(method: string, headers: [string, string][], sent: string, asJson: boolean): Request {
  const all = new Headers(
    asJson ? { 'content-type': 'application/json', 'sec-fetch-site': 'same-origin' } : {},
  )
  for (const [name, value] of headers) all.set(name, value)
  const carriesBody = method !== 'GET' && method !== 'HEAD'
  return new Request(`${shop}/token?${canary}`, {
    method,
    headers: all,
    ...(carriesBody ? { body: sent } : {}),
  })
}

async function inspect(method: string, response: Response, issued: readonly string[]): Promise<void> {
  const { status, headers } = response
  const shown = await response.text()
  expect(headers.get('cache-control')).toBe('no-store, private')
  expect(headers.get('vary')).toBe('Origin, Cookie, Authorization')
  expect(Number(headers.get('retry-after')) > 0).toBe(status === 429 || status === 503)
  expect(headers.has('allow')).toBe(status === 405)
  for (const hidden of [canary, clientSecret, ...issued.slice(0, 1)])
    expect(shown + JSON.stringify([...headers])).not.toContain(hidden)
  expect(shapeOf(shown)).toBe(expectedShape(method, status))
  expect(headers.get('content-type')).toBe(contentTypes[expectedShape('POST', status)])
}

const contentTypes = { nothing: null, token: 'application/json', problem: 'application/problem+json' }

function expectedShape(method: string, status: number): keyof typeof contentTypes {
  if (status === 204 || method === 'HEAD') return 'nothing'
  return status === 200 ? 'token' : 'problem'
}

function shapeOf(shown: string): string {
  if (shown === '') return 'nothing'
  const names = Object.keys(JSON.parse(shown) as object).join()
  if (names === 'token,expires_in') return 'token'
  return names === 'type,title,status,detail,code' ? 'problem' : names
}
