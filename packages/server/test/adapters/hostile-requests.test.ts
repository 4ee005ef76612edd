import { promisify } from 'node:util'
import { brotliCompress, constants, createBrotliDecompress, gzip } from 'node:zlib'

import { getRequestListener } from '@hono/node-server'
import { fastify as fastify4 } from 'fastify-4'
import { fastify as fastify5 } from 'fastify-5'
import { Hono } from 'hono'
import { afterEach, describe, expect, it } from 'vitest'

import { fastifyHandler, fastifyPlugin } from '../../src/fastify.ts'
import { honoHandler } from '../../src/hono.ts'
import type { Authorize } from '../../src/index.ts'
import type { WebHandler } from '../../src/node.ts'
import { createFixture, merchantAccount } from '../fixtures/server-fixture.ts'
import { frameworks } from './frameworks.ts'
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

/** Returns an endpoint, and the paths that its `authorize` saw. */
function endpoint(): { handler: WebHandler; paths: string[] } {
  const paths: string[] = []
  const authorize: Authorize = ({ url }) => {
    paths.push(new URL(url).pathname + new URL(url).search)
    return { subject: 'alice', checkoutId: 'cart-1', merchantAccount }
  }
  return {
    handler: createFixture().forage.sessionTokenHandler({ authorize, origins: ['https://a.example'] }),
    paths,
  }
}

function post(host: string, requestTarget = target): string {
  const body = '{"checkout_id":"cart-1"}'
  const head = [
    `POST ${requestTarget} HTTP/1.1`,
    `Host: ${host}`,
    'Content-Type: application/json',
    'Sec-Fetch-Site: same-origin',
    `Content-Length: ${body.length}`,
    'Connection: close',
  ]
  return `${head.join('\n')}\n\n${body}`
}

const statusOf = (answer: string): number => Number(/^HTTP\/1\.1 (\d{3}) /.exec(answer)?.[1])

describe.each(frameworks)('$name', ({ listener }) => {
  it('TRACE is answered with 4xx or 501, and the next request is served', async () => {
    const { handler, paths } = endpoint()
    const { url } = await serve(await listener(handler, false))
    const answer = await sendRaw(url, `TRACE ${target} HTTP/1.1\nHost: shop.example\nConnection: close\n\n`)
    expect(statusOf(answer) === 501 || Math.floor(statusOf(answer) / 100) === 4).toBe(true)
    expect(paths).toEqual([])
    expect(statusOf(await sendRaw(url, post('shop.example')))).toBe(200)
  })

  it.each([
    'shop.example/admin?',
    'shop.example/admin#',
    'shop.example?x=',
    'user@evil.example',
    'shop.example\\admin',
    'shop.example:port',
    'shop.example:99999',
    'shop example',
    '',
    '[::1',
  ])('a request with the Host "%s" is answered 400, and `authorize` is not called', async (host) => {
    const { handler, paths } = endpoint()
    for (const trustProxy of [false, true]) {
      const { url } = await serve(await listener(handler, trustProxy))
      expect(statusOf(await sendRaw(url, post(host)))).toBe(400)
    }
    expect(paths).toEqual([])
  })

  it.each(['evil.example/admin?', 'evil.example#'])(
    'a forwarded host "%s" does not change the path that `authorize` sees',
    async (host) => {
      const { handler, paths } = endpoint()
      for (const trustProxy of [false, true]) {
        const { url } = await serve(await listener(handler, trustProxy))
        const message = post('shop.example').replace('Connection:', `X-Forwarded-Host: ${host}\nConnection:`)
        expect([200, 400]).toContain(statusOf(await sendRaw(url, message)))
      }
      expect(paths.every((path) => path === target)).toBe(true)
    },
  )
})

// The bytes on the wire are few, and `Content-Length` counts those.
const inflated = 64 * 2 ** 20
const text = Buffer.from(`{"checkout_id":"${'a'.repeat(inflated)}"}`)

interface Inflating {
  name: string
  encoding: 'br' | 'gzip'
  listener(handler: WebHandler): Parameters<typeof listen>[0] | Promise<Parameters<typeof listen>[0]>
}

/** Fastify with a hook that decompresses bodies, as `@fastify/compress` installs it by default. */
function onFastify(version: 4 | 5, route: 'plugin' | 'handler'): Inflating {
  const create = version === 4 ? (fastify4 as unknown as typeof fastify5) : fastify5
  return {
    name: `Fastify ${version}, ${route}`,
    encoding: 'br',
    async listener(handler) {
      const app = create({ bodyLimit: 2 * inflated })
      app.addHook('preParsing', async (_request, _reply, payload) => {
        const decoder = createBrotliDecompress()
        // Fastify compares this count with `Content-Length`.
        Object.assign(decoder, { receivedEncodedLength: 0 })
        payload.on('data', (chunk: Buffer) => {
          Object.assign(decoder, {
            receivedEncodedLength:
              (decoder as { receivedEncodedLength?: number }).receivedEncodedLength! + chunk.length,
          })
        })
        return payload.pipe(decoder)
      })
      if (route === 'plugin') await app.register(fastifyPlugin, { handler, path: target })
      else {
        app.addContentTypeParser('application/json', (_request, payload, done) => done(null, payload))
        app.all(target, fastifyHandler(handler))
      }
      await app.ready()
      return (req, res) => app.routing(req, res)
    },
  }
}

function onHono(): Inflating {
  return {
    name: 'Hono',
    encoding: 'gzip',
    listener(handler) {
      const app = new Hono()
      app.use(async ({ req }, next) => {
        const body = req.raw.body!.pipeThrough(new DecompressionStream('gzip'))
        req.raw = new Request(req.raw, { body, duplex: 'half' } as RequestInit)
        await next()
      })
      return getRequestListener(app.all(target, honoHandler(handler)).fetch)
    },
  }
}

const compress = {
  br: () =>
    promisify(brotliCompress)(text, {
      params: { [constants.BROTLI_PARAM_QUALITY]: 4, [constants.BROTLI_PARAM_LGWIN]: 24 },
    }),
  gzip: () => promisify(gzip)(text),
}

describe.each([
  onFastify(4, 'plugin'),
  onFastify(4, 'handler'),
  onFastify(5, 'plugin'),
  onFastify(5, 'handler'),
  onHono(),
])('$name, behind a parser that decompresses', ({ encoding, listener }) => {
  it('a body that inflates to 64 MiB is answered 413 with little memory, and the next request is served', async () => {
    const { handler, paths } = endpoint()
    const { send } = await serve(await listener(handler))
    const body = await compress[encoding]()
    const before = process.memoryUsage().rss
    const answer = await send({
      body,
      headers: { 'content-encoding': encoding, 'content-length': String(body.length) },
    })
    expect(answer.status).toBe(413)
    expect(paths).toEqual([])
    expect(process.memoryUsage().rss - before).toBeLessThan(inflated)
    const small = await promisify(encoding === 'br' ? brotliCompress : gzip)('{"checkout_id":"cart-1"}')
    expect((await send({ body: small, headers: { 'content-encoding': encoding } })).status).toBe(200)
  })
})
