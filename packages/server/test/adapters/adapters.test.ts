import { afterEach, describe, expect, it } from 'vitest'

import type { Authorization, Authorize } from '../../src/index.ts'
import type { WebHandler } from '../../src/node.ts'
import { createFixture, merchantAccount } from '../fixtures/server-fixture.ts'
import { sessionTokenPath } from '../fixtures/upstream-stub.ts'
import { frameworks } from './frameworks.ts'
import { listen, target, type Loopback } from './http-client.ts'

const alice: Authorization = { subject: 'alice', checkoutId: 'cart-1', merchantAccount }
const sentBody = '{"checkout_id":"cart-1","reason":"first"}'
const servers: Loopback[] = []

afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()))
})

describe.each(frameworks)('$name', ({ listener, setsHeadersBefore }) => {
  const serve = async (handler: WebHandler, trustProxy = false): Promise<Loopback> => {
    const server = await listen(await listener(handler, trustProxy))
    servers.push(server)
    return server
  }
  const serveToken = async (authorize: Authorize = () => alice) => {
    const fixture = createFixture()
    return { ...fixture, ...(await serve(fixture.forage.sessionTokenHandler({ authorize }))) }
  }

  it('the adapter serves a session token', async () => {
    const seen: unknown[] = []
    const { send, upstream } = await serveToken((request, body) => {
      seen.push(body, request.headers.get('cookie'))
      return alice
    })
    const answer = await send({ body: sentBody, headers: { cookie: 'sid=1' } })
    expect([answer.status, JSON.parse(answer.body)]).toEqual([
      200,
      { token: upstream.issued[1], expires_in: 900 },
    ])
    expect(answer.headers).toMatchObject({
      'cache-control': 'no-store, private',
      'content-type': 'application/json',
    })
    expect(seen).toMatchObject([{ checkoutId: 'cart-1', reason: 'first' }, 'sid=1'])
  })

  it('the adapter accepts a chunked body', async () => {
    const { send } = await serveToken()
    expect((await send({ body: sentBody, headers: { 'transfer-encoding': 'chunked' } })).status).toBe(200)
  })

  it('the adapter passes the JSON body on unchanged', async () => {
    const { send } = await serve(async (request) => Response.json(await request.json()))
    const body = { name: 'Zoë 🧺', nested: [1, { two: null }] }
    expect(JSON.parse((await send({ body: JSON.stringify(body) })).body)).toEqual(body)
  })

  it('the adapter answers 413 to a body of more than 8 KiB, and serves the next request', async () => {
    const { send } = await serveToken()
    const body = JSON.stringify({ checkout_id: 'x'.repeat(20_000) })
    expect(await send({ body })).toMatchObject({
      status: 413,
      body: expect.stringContaining('payload_too_large'),
    })
    const inChunks = await send({ body, headers: { 'transfer-encoding': 'chunked' } })
    expect(inChunks).toMatchObject({ status: 413 })
    expect((await send({ body: sentBody })).status).toBe(200)
  })

  it.each(['GET', 'HEAD', 'PUT', 'DELETE'])(
    'the adapter passes %s to the handler, which answers 405',
    async (method) => {
      const { send } = await serveToken()
      const { status, headers, body } = await send({ method })
      expect([status, headers.allow]).toEqual([405, 'POST, OPTIONS'])
      expect(body.includes('method_not_allowed')).toBe(method !== 'HEAD')
    },
  )

  it('the adapter passes a preflight to the handler', async () => {
    const fixture = createFixture()
    const origins = ['https://shop.example']
    const { send } = await serve(fixture.forage.sessionTokenHandler({ authorize: () => alice, origins }))
    const headers = { origin: 'https://shop.example', 'access-control-request-method': 'POST' }
    const answer = await send({ method: 'OPTIONS', headers })
    expect([answer.status, answer.headers['access-control-allow-origin']]).toEqual([
      204,
      'https://shop.example',
    ])
  })

  it('the adapter keeps every Set-Cookie header, including earlier ones, and merges Vary', async () => {
    const headers = [
      ['set-cookie', 'a=1; Path=/'],
      ['set-cookie', 'b=2, with a comma'],
      ['vary', 'Origin, Cookie'],
    ] as [string, string][]
    const { send } = await serve(() => new Response('{}', { headers }))
    const answer = await send({ body: '{}' })
    const before = setsHeadersBefore ? ['early=1'] : []
    expect(answer.headers['set-cookie']).toEqual([...before, 'a=1; Path=/', 'b=2, with a comma'])
    expect(answer.headers.vary).toBe(setsHeadersBefore ? 'Accept-Encoding, Origin, Cookie' : 'Origin, Cookie')
  })

  it('the adapter streams an answer part by part', async () => {
    const parts = new TransformStream<string, string>()
    const writer = parts.writable.getWriter()
    const { open } = await serve(() => new Response(parts.readable.pipeThrough(new TextEncoderStream())))
    const first = writer.write('first')
    const answer = (await open({ body: '{}' }))[Symbol.asyncIterator]()
    expect(String((await answer.next()).value)).toBe('first')
    await first
    void writer.write(' second').then(() => writer.close())
    expect(String((await answer.next()).value)).toBe(' second')
    expect((await answer.next()).done).toBe(true)
  })

  it('the adapter cancels the answer stream when the client disconnects', async () => {
    const canceled = Promise.withResolvers<void>()
    let left = 1000
    const pull = (controller: ReadableStreamDefaultController): void =>
      left-- > 0 ? controller.enqueue(new Uint8Array(65_536)) : controller.close()
    const body = (): ReadableStream => new ReadableStream({ pull, cancel: () => canceled.resolve() })
    const { open } = await serve(() => new Response(body()))
    const answer = await open({ body: '{}' })
    answer.destroy()
    await expect(canceled.promise).resolves.toBeUndefined()
  })

  it('the adapter aborts `authorize` when the client disconnects', async () => {
    const started = Promise.withResolvers<void>()
    const aborted = Promise.withResolvers<void>()
    const { send, upstream } = await serveToken(async ({ signal }) => {
      signal.addEventListener('abort', () => aborted.resolve())
      started.resolve()
      await aborted.promise
      return null
    })
    const client = new AbortController()
    const left = send({ body: sentBody, signal: client.signal }).catch((error: Error) => error.name)
    await started.promise
    client.abort()
    await aborted.promise
    expect(await left).toBe('AbortError')
    expect(upstream.requests).toEqual([])
  })

  it('a client that disconnects does not abort a mint that another client waits for', async () => {
    const minting = Promise.withResolvers<void>()
    const answer = Promise.withResolvers<void>()
    const left = Promise.withResolvers<void>()
    const { forage, upstream } = createFixture()
    const handler = forage.sessionTokenHandler({ authorize: () => alice })
    const { send } = await serve((request) => {
      request.signal.addEventListener('abort', () => left.resolve())
      return handler(request)
    })
    upstream.answerNext(sessionTokenPath, async () => {
      minting.resolve()
      await answer.promise
      return Response.json({ token: 'sandbox_eyJhIjo0Mn0.aHe7Tw.shared' })
    })
    const client = new AbortController()
    const gone = send({ body: sentBody, signal: client.signal }).catch((error: Error) => error.name)
    await minting.promise
    const stays = send({ body: sentBody })
    client.abort()
    expect(await gone).toBe('AbortError')
    await left.promise
    answer.resolve()
    expect(JSON.parse((await stays).body)).toMatchObject({ token: 'sandbox_eyJhIjo0Mn0.aHe7Tw.shared' })
    expect(upstream.count(sessionTokenPath)).toBe(1)
  })

  const forwarded = { 'x-forwarded-proto': 'https', 'x-forwarded-host': 'shop.example' }
  const echoUrl: WebHandler = ({ url }) => new Response(url)

  it('the handler sees the requested URL, and forwarded headers do not count by default', async () => {
    const { send, url } = await serve(echoUrl)
    const path = `${target}?a=1&b=%20`
    expect((await send({ path, headers: forwarded, body: '{}' })).body).toBe(url + path)
  })

  it('the handler sees the URL of the forwarded headers if the proxy is trusted', async () => {
    const { send } = await serve(echoUrl, true)
    expect((await send({ headers: forwarded, body: '{}' })).body).toBe(`https://shop.example${target}`)
  })
})

// Strict body parsers refuse an empty body themselves.
describe.each(frameworks.filter(({ parses }) => !parses))('$name', ({ listener }) => {
  it('the adapter accepts a request without a body', async () => {
    const { forage } = createFixture()
    const handler = forage.sessionTokenHandler({ authorize: () => alice })
    const server = await listen(await listener(handler, false))
    servers.push(server)
    expect((await server.send({ headers: { 'content-type': 'application/json' } })).status).toBe(200)
  })
})
