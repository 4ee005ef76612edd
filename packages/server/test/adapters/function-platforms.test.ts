import awsLambdaFastify from '@fastify/aws-lambda'
// Its types describe another module format.
import * as vendia from '@vendia/serverless-express'
import express from 'express-5'
import { fastify } from 'fastify-5'
import serverlessHttp from 'serverless-http'
import serverlessHttp3 from 'serverless-http-3'
import { describe, expect, it } from 'vitest'

import { expressHandler } from '../../src/express.ts'
import { fastifyHandler, fastifyPlugin } from '../../src/fastify.ts'
import type { SessionTokenHandler } from '../../src/index.ts'
import { createFixture, merchantAccount, type ServerFixture } from '../fixtures/server-fixture.ts'
import { tokenPath } from '../fixtures/upstream-stub.ts'
import { target } from './http-client.ts'

interface Answer {
  statusCode: number
  headers: Record<string, string>
  body: string
  isBase64Encoded?: boolean
}
type Invoke = (event: object) => Promise<Answer>

/** An event of AWS API Gateway (payload format 2.0). */
function event({ method = 'POST', body = '{"checkout_id":"cart-1"}', headers = {} } = {}): object {
  return {
    version: '2.0',
    routeKey: '$default',
    rawPath: target,
    rawQueryString: '',
    headers: {
      host: 'shop.example',
      ...(method === 'POST' && { 'content-type': 'application/json' }),
      'sec-fetch-site': 'same-origin',
      ...headers,
    },
    requestContext: {
      http: { method, path: target, protocol: 'HTTP/1.1', sourceIp: '203.0.113.7' },
      stage: '$default',
    },
    ...(method === 'POST' && { body }),
    isBase64Encoded: false,
  }
}

function expressApp(handler: SessionTokenHandler, parses: boolean): ReturnType<typeof express> {
  const app = express()
  if (parses) app.use(express.json())
  return app.all(target, expressHandler(handler))
}

const serverlessExpress = (vendia as unknown as { default: (options: { app: unknown }) => unknown }).default

type Wrap = (handler: SessionTokenHandler) => Invoke
const wrapped =
  (invoke: unknown): Invoke =>
  (of) =>
    (invoke as (event: object, context: object) => Promise<Answer>)(of, {})
const platforms: [name: string, wrap: Wrap][] = ([false, true] as const).flatMap(
  (parses): [string, Wrap][] => {
    const after = parses ? ', after a body parser' : ''
    return [
      [
        `@vendia/serverless-express${after}`,
        (handler) => wrapped(serverlessExpress({ app: expressApp(handler, parses) })),
      ],
      [`serverless-http 3${after}`, (handler) => wrapped(serverlessHttp3(expressApp(handler, parses)))],
      [`serverless-http 4${after}`, (handler) => wrapped(serverlessHttp(expressApp(handler, parses)))],
      [
        `@fastify/aws-lambda${after}`,
        (handler) => {
          const app = fastify()
          if (parses) app.all(target, fastifyHandler(handler))
          else app.register(fastifyPlugin, { handler, path: target })
          return wrapped(awsLambdaFastify(app))
        },
      ],
    ]
  },
)

const jsonOf = ({ body, isBase64Encoded }: Answer): unknown =>
  JSON.parse(isBase64Encoded ? Buffer.from(body, 'base64').toString() : body)

function endpoint(fixture: ServerFixture): SessionTokenHandler {
  const authorize = (): object => ({ subject: 'alice', checkoutId: 'cart-1', merchantAccount })
  return fixture.forage.sessionTokenHandler({
    authorize: authorize as never,
    origins: ['https://app.example'],
  })
}

describe.each(platforms)('%s', (_name, wrap) => {
  it('a page gets a token', async () => {
    const fixture = createFixture()
    const answer = await wrap(endpoint(fixture))(event())
    expect(answer.statusCode).toBe(200)
    expect(answer.headers['cache-control']).toBe('no-store, private')
    expect(jsonOf(answer)).toEqual({ token: fixture.upstream.issued[1], expires_in: 900 })
  })

  it('a preflight, a wrong method and a body that is too large are answered', async () => {
    const invoke = wrap(endpoint(createFixture()))
    const headers = { origin: 'https://app.example', 'access-control-request-headers': 'x-csrf-token' }
    const preflight = await invoke(event({ method: 'OPTIONS', headers }))
    expect([preflight.statusCode, preflight.headers['access-control-allow-headers']]).toEqual([
      204,
      'content-type, authorization, x-csrf-token',
    ])
    expect((await invoke(event({ method: 'GET' }))).statusCode).toBe(405)
    const body = JSON.stringify({ checkout_id: 'x'.repeat(10_000) })
    expect((await invoke(event({ body }))).statusCode).toBe(413)
  })

  it("with `backgroundRenewal: 'await'`, an answer comes only when no renewal continues", async () => {
    const fixture = createFixture({ backgroundRenewal: 'await' })
    const { upstream, clock, forage } = fixture
    const invoke = wrap(endpoint(fixture))
    await invoke(event())
    await clock.advance(6.6 * 24 * 3_600_000)
    let inProgress = 0
    upstream.answerNext(tokenPath, async () => {
      inProgress += 1
      // An answer that takes several turns of the event loop.
      for (let turn = 0; turn < 50; turn++) await new Promise((resolve) => setImmediate(resolve))
      inProgress -= 1
      return upstream.issue()
    })
    expect((await invoke(event())).statusCode).toBe(200)
    expect(inProgress).toBe(0)
    expect(upstream.count(tokenPath)).toBe(2)
    expect(forage.pool('web').status()).toMatchObject({ state: 'ready', unknown: 0, draining: 1 })
  })
})
