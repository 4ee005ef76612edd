import { once } from 'node:events'
import { connect as connectHttp2, createServer as createHttp2Server } from 'node:http2'
import { connect, type AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { setImmediate } from 'node:timers/promises'
import { gzipSync } from 'node:zlib'

import { getRequestListener } from '@hono/node-server'
import express from 'express-5'
import { fastify } from 'fastify-5'
import { Hono } from 'hono'
import { afterEach, describe, expect, it } from 'vitest'

import { expressHandler } from '../../src/express.ts'
import { fastifyHandler } from '../../src/fastify.ts'
import { toNodeHandler, type WebHandler } from '../../src/node.ts'
import { createFixture, merchantAccount } from '../fixtures/server-fixture.ts'
import { listen, sendRaw, target, type Loopback } from './http-client.ts'

const servers: Loopback[] = []

afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()))
})

async function serve(listener: Parameters<typeof listen>[0]): Promise<Loopback> {
  const server = await listen(listener)
  servers.push(server)
  return server
}

function tokenHandler(): WebHandler {
  const authorize = () => ({ subject: 'alice', checkoutId: 'cart-1', merchantAccount })
  return createFixture().forage.sessionTokenHandler({ authorize })
}

const echoUrl: WebHandler = ({ url }) => new Response(url)
const failing: WebHandler = async () => {
  throw new Error('holds s3cret')
}

describe('the URL', () => {
  it.each([
    ['a whole URL', 'http://evil.example/path?q', 'http://shop.example/path?q'],
    ['a path that looks like a host', '//evil.example/path', 'http://shop.example//evil.example/path'],
    ['no path', '*', 'http://shop.example/'],
  ])('the URL has the host of the Host header if the request target is %s', async (_, sent, seen) => {
    const { url } = await serve(toNodeHandler(echoUrl))
    const method = sent === '*' ? 'OPTIONS' : 'GET'
    const answer = await sendRaw(url, `${method} ${sent} HTTP/1.1\nHost: shop.example\nConnection: close\n\n`)
    expect(answer).toContain(`\r\n${seen}\r\n`)
  })

  it.each(['shop.example/x', 'user@evil.example', 'shop.example#', ''])(
    'a request with the Host "%s" is answered 400',
    async (host) => {
      const { url } = await serve(toNodeHandler(echoUrl))
      const answer = await sendRaw(url, `GET / HTTP/1.1\nHost: ${host}\nConnection: close\n\n`)
      expect(answer).toMatch(/^HTTP\/1.1 400 /)
    },
  )

  it('the URL has the first forwarded protocol and host, and ignores an invalid forwarded host', async () => {
    const { send } = await serve(toNodeHandler(echoUrl, { trustProxy: true }))
    const proxied = { host: 'inner.example', 'x-forwarded-proto': 'https, http' }
    const seen = async (forwarded: string): Promise<string> =>
      (await send({ body: '{}', headers: { ...proxied, 'x-forwarded-host': forwarded } })).body
    expect(await seen('shop.example:8443, inner.example')).toBe(`https://shop.example:8443${target}`)
    expect(await seen('evil.example/path?')).toBe(`https://inner.example${target}`)
  })

  it('the Express adapter uses forwarded headers only if the app trusts that proxy', async () => {
    const headers = { 'x-forwarded-proto': 'https', 'x-forwarded-host': 'shop.example' }
    const seenBehind = async (trusted: string): Promise<string> => {
      const app = express().set('trust proxy', trusted).all(target, expressHandler(echoUrl))
      return (await (await serve(app)).send({ headers, body: '{}' })).body
    }
    expect(await seenBehind('10.0.0.0/8')).toMatch(/^http:\/\/127\.0\.0\.1:\d+\//)
    expect(await seenBehind('loopback')).toBe(`https://shop.example${target}`)
  })
})

describe('a handler that throws', () => {
  it('the answer of a handler that throws is an empty 500 with `node:http`', async () => {
    const { send } = await serve(toNodeHandler(failing))
    expect(await send()).toMatchObject({ status: 500, body: '' })
  })

  it('`next` receives the error of a handler that throws', async () => {
    const { send } = await serve((req, res) => {
      toNodeHandler(failing)(req, res, (error) => res.end(`next: ${String(error)}`))
    })
    expect((await send()).body).toBe('next: Error: holds s3cret')
  })

  it.each<[string, () => unknown]>([
    [
      'throws',
      () => {
        throw new Error('the error page failed')
      },
    ],
    ['rejects', () => Promise.reject(new Error('the error page failed'))],
  ])('a `next` that %s ends nothing, and the next request is served', async (_, next) => {
    const { send } = await serve((req, res) => {
      toNodeHandler(failing)(req, res, () => {
        res.end('an error page')
        return next()
      })
    })
    expect((await send()).body).toBe('an error page')
    expect((await send()).body).toBe('an error page')
  })

  it('the error handlers of Express and Fastify receive the error of a handler that throws', async () => {
    const app = express().use(expressHandler(failing))
    app.use(((_error, _req, res, _next) => res.status(502).end()) satisfies express.ErrorRequestHandler)
    expect((await (await serve(app)).send()).status).toBe(502)
    const instance = fastify().setErrorHandler((_error, _request, reply) => reply.code(502).send())
    instance.all(target, fastifyHandler(failing))
    await instance.ready()
    expect((await (await serve((req, res) => instance.routing(req, res))).send({ body: '{}' })).status).toBe(
      502,
    )
  })

  it('the connection breaks if the answer stream fails midway', async () => {
    const body = (): ReadableStream =>
      new ReadableStream({
        start: (controller) => controller.enqueue(new Uint8Array(1)),
        pull: (controller) => controller.error(new Error('later')),
      })
    const { send } = await serve(toNodeHandler(() => new Response(body())))
    await expect(send()).rejects.toThrow(/aborted|hang up|terminated/)
  })
})

describe('a body', () => {
  it('a body that was read and not kept is answered not_configured', async () => {
    const handle = toNodeHandler(tokenHandler())
    const { send } = await serve((req, res) => {
      req.resume().once('end', () => handle(req, res))
    })
    const answer = await send({ body: '{"checkout_id":"cart-1"}' })
    expect([answer.status, answer.body]).toEqual([500, expect.stringContaining('not_configured')])
  })

  it.each<[string, () => unknown]>([
    ['a number that JSON does not have', () => ({ checkout_id: 7n })],
    [
      'a circle',
      () => {
        const body: Record<string, unknown> = { checkout_id: 'cart-1' }
        return Object.assign(body, { body })
      },
    ],
  ])('a body in which a parser left %s is answered not_configured', async (_what, parsed) => {
    const handle = toNodeHandler(tokenHandler())
    const { send } = await serve((req, res) => {
      req.resume().once('end', () => handle(Object.assign(req, { body: parsed() }), res))
    })
    const answer = await send({ body: '{"checkout_id":7}' })
    expect([answer.status, answer.body]).toEqual([500, expect.stringContaining('not_configured')])
  })

  it('a body of Hono that another reader has locked, or read and not kept, is answered not_configured', async () => {
    const handler = tokenHandler()
    const app = new Hono()
      .post('/locked', (c) => (c.req.raw.body!.getReader(), handler(c.req.raw)))
      .post('/read', async (c) => (await c.req.raw.arrayBuffer(), handler(c.req.raw)))
      .post('/unread', (c) => handler(c.req.raw))
    const { send } = await serve(getRequestListener(app.fetch))
    for (const path of ['/locked', '/read']) {
      const answer = await send({ path, body: '{"checkout_id":"cart-1"}' })
      expect([answer.status, answer.body]).toEqual([500, expect.stringContaining('not_configured')])
    }
    expect((await send({ path: '/unread', body: '{"checkout_id":"cart-1"}' })).status).toBe(200)
  })

  it('a body that a form parser read is answered 415', async () => {
    const app = express()
      .use(express.urlencoded({ extended: true }))
      .use(expressHandler(tokenHandler()))
    const headers = { 'content-type': 'application/x-www-form-urlencoded' }
    expect((await (await serve(app)).send({ body: 'checkout_id=cart-1', headers })).status).toBe(415)
  })

  it('a compressed body that express.json() read arrives without its compression headers', async () => {
    const echo: WebHandler = async (request) => {
      const { headers } = request
      return Response.json([
        headers.get('content-encoding'),
        headers.get('content-length'),
        await request.json(),
      ])
    }
    const app = express().use(express.json()).use(expressHandler(echo))
    const body = gzipSync('{ "checkout_id": "cart-1" }')
    const answer = await (await serve(app)).send({ body, headers: { 'content-encoding': 'gzip' } })
    expect(JSON.parse(answer.body)).toEqual([null, null, { checkout_id: 'cart-1' }])
  })

  it('the answer is sent before a body that is too large has arrived', async () => {
    const { url } = await serve(toNodeHandler(tokenHandler()))
    const socket = connect(Number(new URL(url).port), '127.0.0.1')
    const head = [
      'POST / HTTP/1.1',
      'Host: shop.example',
      'Content-Type: application/json',
      'Content-Length: 1000000',
      'Sec-Fetch-Site: same-origin',
    ]
    socket.write(`${head.join('\r\n')}\r\n\r\n{`)
    const [answer] = (await once(socket, 'data')) as [Buffer]
    expect(String(answer)).toMatch(/^HTTP\/1.1 413 /)
    socket.destroy()
  })

  it.each([
    ['with a Content-Length', 'Content-Length: 60', '{'],
    ['in chunks', 'Transfer-Encoding: chunked', '1\r\n{\r\n'],
  ])(
    'a body %s that never arrives is answered 503 after 5 seconds, without a call of `authorize`',
    async (_, length, part) => {
      const { clock, forage } = createFixture()
      let calls = 0
      const authorize = (): null => (calls++, null)
      const { url } = await serve(toNodeHandler(forage.sessionTokenHandler({ authorize })))
      const socket = connect(Number(new URL(url).port), '127.0.0.1')
      const head = [
        'POST / HTTP/1.1',
        'Host: shop.example',
        'Content-Type: application/json',
        'Sec-Fetch-Site: same-origin',
      ]
      socket.write(`${[...head, length].join('\r\n')}\r\n\r\n${part}`)
      await expect.poll(() => clock.pending()).toBe(1)
      const answered = once(socket, 'data')
      await clock.advance(5000)
      expect(String(await answered)).toMatch(/^HTTP\/1.1 503 [^]*retry-after: 1[^]*upstream_unavailable/i)
      socket.destroy()
      expect([calls, clock.pending()]).toEqual([0, 0])
    },
  )
})

it('the method TRACE is answered 501', async () => {
  const { url } = await serve(toNodeHandler(echoUrl))
  expect(await sendRaw(url, 'TRACE / HTTP/1.1\nHost: a\nConnection: close\n\n')).toMatch(/^HTTP\/1.1 501 /)
})

it('the answer stream is not read faster than the client reads', async () => {
  // Far more than the buffers of both ends can hold.
  const tooMuch = 64 * 1024 * 1024
  let pulled = 0
  const body = (): ReadableStream =>
    new ReadableStream({
      pull(controller) {
        if ((pulled += 65_536) > tooMuch) controller.close()
        else controller.enqueue(new Uint8Array(65_536))
      },
    })
  const { open } = await serve(toNodeHandler(() => new Response(body())))
  const answer = await open()
  for (let turn = 0, before = -1; pulled !== before || turn < 100; turn++) {
    before = pulled
    await setImmediate()
  }
  answer.destroy()
  expect(pulled).toBeLessThan(tooMuch)
})

it('toNodeHandler serves HTTP/2', async () => {
  const server = createHttp2Server(toNodeHandler(tokenHandler())).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const client = connectHttp2(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)
  const headers = { ':method': 'POST', ':path': target, 'content-type': 'application/json' }
  const stream = client.request({ ...headers, 'sec-fetch-site': 'same-origin' })
  stream.end('{"checkout_id":"cart-1"}')
  const [answer] = (await once(stream, 'response')) as [Record<string, unknown>]
  expect(answer[':status']).toBe(200)
  expect(JSON.parse(await text(stream))).toMatchObject({ expires_in: 900 })
  client.close()
  server.close()
  await once(server, 'close')
})
