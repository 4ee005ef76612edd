import { afterEach, describe, expect, it } from 'vitest'

import type { Authorization, Authorize } from '../../src/index.ts'
import type { WebHandler } from '../../src/node.ts'
import { createFixture, merchantAccount } from '../fixtures/server-fixture.ts'
import { sessionTokenPath } from '../fixtures/upstream-stub.ts'
import { frameworks } from './frameworks.ts'
import { listen, target, type Loopback } from './http-client.ts'

const alice: Authorization = { subject: 'alice', checkoutId: 'cart-1', merchantAccount }
const asked = '{"checkout_id":"cart-1","reason":"first"}'
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

  it('answers a page with a session token', async () => {
    const seen: unknown[] = []
    const { send, upstream } = await serveToken((request, body) => {
      seen.push(body, request.headers.get('cookie'))
      return alice
    })
    const answer = await send({ body: asked, headers: { cookie: 'sid=1' } })
    expect([answer.status, JSON.parse(answer.body)]).toEqual([
      200,
      { token: upstream.issued[1], expires_in: 900 },
    ])
    expect(answer.headers).toMatchObject({
      'cache-control': 'no-store, private',
      'content-type': 'application/json',
    })
    expect(seen).toEqual([{ checkoutId: 'cart-1', reason: 'first' }, 'sid=1'])
  })

  it('answers also where the body is sent in chunks', async () => {
    const { send } = await serveToken()
    expect((await send({ body: asked, headers: { 'transfer-encoding': 'chunked' } })).status).toBe(200)
  })

  it('hands on the body as it was sent', async () => {
    const { send } = await serve(async (request) => Response.json(await request.json()))
    const body = { name: 'Zoë 🧺', nested: [1, { two: null }] }
    expect(JSON.parse((await send({ body: JSON.stringify(body) })).body)).toEqual(body)
  })

  it('refuses a body of more than 8 KiB, and answers the next request', async () => {
    const { send } = await serveToken()
    const body = JSON.stringify({ checkout_id: 'x'.repeat(20_000) })
    expect(await send({ body })).toMatchObject({
      status: 413,
      body: expect.stringContaining('payload_too_large'),
    })
    const inChunks = await send({ body, headers: { 'transfer-encoding': 'chunked' } })
    expect(inChunks).toMatchObject({ status: 413 })
    expect((await send({ body: asked })).status).toBe(200)
  })

  it.each(['GET', 'HEAD', 'PUT', 'DELETE'])('says of %s that it is not allowed', async (method) => {
    const { send } = await serveToken()
    const { status, headers, body } = await send({ method })
    expect([status, headers.allow]).toEqual([405, 'POST, OPTIONS'])
    expect(body.includes('method_not_allowed')).toBe(method !== 'HEAD')
  })

  it('answers a preflight', async () => {
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

  it('keeps every Set-Cookie, and what was set before', async () => {
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

  it('streams: the first part arrives before there is a second', async () => {
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

  it('stops a stream that nobody reads any more', async () => {
    const cancelled = Promise.withResolvers<void>()
    let left = 1000
    const pull = (controller: ReadableStreamDefaultController): void =>
      left-- > 0 ? controller.enqueue(new Uint8Array(65_536)) : controller.close()
    const body = (): ReadableStream => new ReadableStream({ pull, cancel: () => cancelled.resolve() })
    const { open } = await serve(() => new Response(body()))
    const answer = await open({ body: '{}' })
    answer.destroy()
    await expect(cancelled.promise).resolves.toBeUndefined()
  })

  it('aborts `authorize` when the client leaves', async () => {
    const started = Promise.withResolvers<void>()
    const aborted = Promise.withResolvers<void>()
    const { send, upstream } = await serveToken(async ({ signal }) => {
      signal.addEventListener('abort', () => aborted.resolve())
      started.resolve()
      await aborted.promise
      return null
    })
    const client = new AbortController()
    const left = send({ body: asked, signal: client.signal }).catch((error: Error) => error.name)
    await started.promise
    client.abort()
    await aborted.promise
    expect(await left).toBe('AbortError')
    expect(upstream.requests).toEqual([])
  })

  it('does not abort a token that others wait for when one client leaves', async () => {
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
    const gone = send({ body: asked, signal: client.signal }).catch((error: Error) => error.name)
    await minting.promise
    const stays = send({ body: asked })
    client.abort()
    expect(await gone).toBe('AbortError')
    await left.promise
    answer.resolve()
    expect(JSON.parse((await stays).body)).toMatchObject({ token: 'sandbox_eyJhIjo0Mn0.aHe7Tw.shared' })
    expect(upstream.count(sessionTokenPath)).toBe(1)
  })

  const forwarded = { 'x-forwarded-proto': 'https', 'x-forwarded-host': 'shop.example' }
  const sayUrl: WebHandler = ({ url }) => new Response(url)

  it('sees the URL that was asked for, whatever a client says of a proxy', async () => {
    const { send, url } = await serve(sayUrl)
    const path = `${target}?a=1&b=%20`
    expect((await send({ path, headers: forwarded, body: '{}' })).body).toBe(url + path)
  })

  it('sees the URL before the proxy when told to trust it', async () => {
    const { send } = await serve(sayUrl, true)
    expect((await send({ headers: forwarded, body: '{}' })).body).toBe(`https://shop.example${target}`)
  })
})

// A strict parser refuses the empty body itself.
describe.each(frameworks.filter(({ parses }) => !parses))('$name', ({ listener }) => {
  it('answers also where there is no body', async () => {
    const { forage } = createFixture()
    const handler = forage.sessionTokenHandler({ authorize: () => alice })
    const server = await listen(await listener(handler, false))
    servers.push(server)
    expect((await server.send({ headers: { 'content-type': 'application/json' } })).status).toBe(200)
  })
})
