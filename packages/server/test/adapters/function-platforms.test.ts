import { describe, expect, it } from 'vitest'

import type { SessionTokenHandler } from '../../src/index.ts'
import { createFixture, merchantAccount, type ServerFixture } from '../fixtures/server-fixture.ts'
import { tokenPath } from '../fixtures/upstream-stub.ts'
import { apiGatewayEvent, bodyOf, platforms } from './function-platforms.ts'

/** The event of a request that a page of the shop sends. */
function event({ method = 'POST', body = '{"checkout_id":"cart-1"}', headers = {} } = {}): object {
  const isPost = method === 'POST'
  return apiGatewayEvent({
    method,
    headers: {
      ...(isPost && { 'content-type': 'application/json' }),
      'sec-fetch-site': 'same-origin',
      ...headers,
    },
    body: isPost ? body : undefined,
  })
}

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
    expect(JSON.parse(bodyOf(answer))).toEqual({ token: fixture.upstream.issued[1], expires_in: 900 })
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
