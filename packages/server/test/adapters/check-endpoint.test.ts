import { checkEndpoint, createEmulator, type EndpointReport } from '@forage-session/emulator'
import { afterEach, describe, expect, it } from 'vitest'

import { createForageServer, type SessionTokenHandler } from '../../src/index.ts'
import { separateStore } from '../fixtures/separate-store.ts'
import { createVirtualClock } from '../fixtures/virtual-clock.ts'
import { frameworks, type Framework } from './frameworks.ts'
import { apiGatewayEvent, bodyOf, platforms, type Wrap } from './function-platforms.ts'
import { listen, target, type Loopback } from './http-client.ts'
import { createIdleClock } from './idle-clock.ts'

const apiUrl = 'http://emulator.localhost'
const shop = 'https://shop.example'
const app = 'https://app.example'

type Fetch = (url: string, init: RequestInit) => Promise<Response>

interface Checked {
  handler: SessionTokenHandler
  /** Checks the handler, which the customer Alice reaches at `url` through `fetch`. */
  check(url: string, fetch: Fetch, origin?: string): Promise<EndpointReport>
}

/** Creates this repository's endpoint over the emulator. Alice may use the checkout `cart-1` only. */
function createChecked(): Checked {
  const clock = createVirtualClock()
  const emulator = createEmulator({ clock })
  const { clientId, clientSecret } = emulator
  const forage = createForageServer({
    environment: { apiUrl },
    credentials: { clientId, clientSecret },
    fetch: (input, init) => emulator.fetch(new Request(input, init)),
    store: separateStore(),
    clock,
  })
  const handler = forage.sessionTokenHandler({
    authorize: ({ headers }) =>
      headers.get('cookie') === 'session=alice'
        ? { subject: 'alice', checkoutId: 'cart-1', merchantAccount: 'mid/123ab45c67' }
        : null,
    origins: (origin, request) => [new URL(request.url).origin, shop, app].includes(origin),
  })
  const idle = createIdleClock(clock)
  return {
    handler,
    check: (url, fetch, origin) =>
      checkEndpoint({
        url,
        headers: { Cookie: 'session=alice' },
        checkoutId: 'cart-1',
        otherCheckoutId: 'cart-2',
        environment: apiUrl,
        clientId,
        clientSecret,
        clock: idle,
        fetch: idle.counting((input, init) =>
          input.startsWith(apiUrl) ? emulator.fetch(new Request(input, init)) : fetch(input, init),
        ),
        ...(origin === undefined ? {} : { origin }),
      }),
  }
}

/** Returns the checks that do not pass. */
function othersThanPassed({ checks }: EndpointReport): string[] {
  return checks.filter(({ status }) => status !== 'pass').map(({ id, status }) => `${id}: ${status}`)
}

const sameOrigin = ['cors: skip']

/** These parsers run before the handler, and answer broken JSON with a page. */
const answersBrokenJson = /express\.json|(serverless-express|serverless-http 4), after a body parser/
/** A middleware that reads the body without catching its error is the application's own. */
const applications = frameworks.filter(({ name }) => name !== 'Hono, after c.req.json()')
const isWhole = (name: string): boolean => !answersBrokenJson.test(name)
const servers: Loopback[] = []

afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()))
})

async function checkBehind({ listener }: Framework): Promise<EndpointReport> {
  const { handler, check } = createChecked()
  const server = await listen(await listener(handler, false))
  servers.push(server)
  return check(server.url + target, (url, init) => fetch(url, init))
}

async function checkOnLambda(wrap: Wrap): Promise<EndpointReport> {
  const { handler, check } = createChecked()
  const invoke = wrap(handler)
  return check(shop + target, async (_url, { method = 'GET', headers, body }) => {
    const sent = Object.fromEntries(new Headers(headers))
    const answer = await invoke(apiGatewayEvent({ method, headers: sent, body: body as string | undefined }))
    const text = answer.statusCode === 204 || method === 'HEAD' ? null : bodyOf(answer)
    return new Response(text, { status: answer.statusCode, headers: answer.headers })
  })
}

describe('forage-emulator check', () => {
  it.each(applications.filter(({ name }) => isWhole(name)))(
    'the endpoint passes every check behind $name',
    async (framework) => {
      expect(othersThanPassed(await checkBehind(framework))).toEqual(sameOrigin)
    },
  )

  it.each(platforms.filter(([name]) => isWhole(name)))(
    'the endpoint passes every check on AWS Lambda with %s',
    async (_, wrap) => {
      expect(othersThanPassed(await checkOnLambda(wrap))).toEqual(sameOrigin)
    },
  )

  it.each(applications.filter(({ name }) => !isWhole(name)))(
    'only `bad-body` fails behind $name, which answers broken JSON itself',
    async (framework) => {
      expect(othersThanPassed(await checkBehind(framework))).toEqual(['bad-body: fail', ...sameOrigin])
    },
  )

  it.each(platforms.filter(([name]) => !isWhole(name)))(
    'only `bad-body` fails on AWS Lambda with %s, which answers broken JSON itself',
    async (_, wrap) => {
      expect(othersThanPassed(await checkOnLambda(wrap))).toEqual(['bad-body: fail', ...sameOrigin])
    },
  )

  it('the endpoint passes every check as a web-standard handler, for a page of another origin, too', async () => {
    const { handler, check } = createChecked()
    const report = await check(shop + target, (url, init) => handler(new Request(url, init)), app)
    expect(othersThanPassed(report)).toEqual([])
  })
})
