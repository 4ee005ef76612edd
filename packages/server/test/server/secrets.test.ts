import { expect, it } from 'vitest'

import { createForageServer } from '../../src/index.ts'
import { createFixture, merchantAccount, whileTimePasses } from '../fixtures/server-fixture.ts'
import {
  clientId,
  clientSecret,
  invalidToken,
  oauthError,
  sessionTokenPath,
  tokenPath,
} from '../fixtures/upstream-stub.ts'

/** Returns all properties that can be reached from a value, including those that `JSON.stringify` omits. */
function dump(value: unknown, seen = new Set<unknown>()): string {
  if ((typeof value !== 'object' && typeof value !== 'function') || value === null) return String(value)
  if (seen.has(value)) return ''
  seen.add(value)
  const fields = Reflect.ownKeys(value).map((key) => `${String(key)}=${dump(read(value, key), seen)}`)
  return [safeJson(value), ...fields].join('\n')
}

function read(value: object, key: string | symbol): unknown {
  return Reflect.getOwnPropertyDescriptor(value, key)?.value
}

function safeJson(value: unknown): string {
  try {
    return JSON.stringify(value) ?? ''
  } catch {
    return ''
  }
}

/** Rejects with an error that contains the whole request, like the errors of HTTP libraries. */
async function talkativeFailure(request: Request): Promise<Response> {
  const headers = Object.fromEntries(request.headers)
  throw Object.assign(new Error(`failed: ${headers['authorization']}`), {
    config: { headers },
    body: await request.text(),
  })
}

it('events, errors, health, problem documents and the server object contain no credential and no token', async () => {
  const fixture = createFixture()
  const { forage, upstream, clock, events } = fixture
  const handler = forage.sessionTokenHandler({
    authorize: () => ({ subject: 'alice', checkoutId: 'cart-1', merchantAccount }),
  })
  const shown: unknown[] = [forage, forage.pool('web'), handler, events]
  const attempt = async (): Promise<void> => {
    const headers = { 'content-type': 'application/json', 'sec-fetch-site': 'same-origin' }
    const response = await handler(
      new Request('https://shop.example/token', { method: 'POST', headers, body: '{}' }),
    )
    if (!response.ok) shown.push(await response.text(), [...response.headers])
    shown.push(await forage.fetch('/api/payments/').catch((error: unknown) => error))
    shown.push(await forage.mintSessionToken({ merchantAccount }).catch((error: unknown) => error))
    shown.push(forage.health(), forage.pool('web').status())
  }
  const echo = async (request: Request): Promise<Response> =>
    Response.json(
      { error: request.headers.get('authorization'), error_description: await request.text() },
      { status: 400 },
    )

  upstream.answerNext(tokenPath, talkativeFailure, echo, oauthError(401, 'invalid_client'))
  for (let i = 0; i < 4; i++) {
    await attempt()
    await clock.advance(60_000)
  }
  // Each attempt mints twice, for the endpoint and directly.
  for (const answer of [talkativeFailure, echo]) upstream.answerNext(sessionTokenPath, answer, answer)
  upstream.answerNext(sessionTokenPath, invalidToken(), invalidToken())
  upstream.answerNext('/api/payments/', talkativeFailure)
  for (let i = 0; i < 4; i++) {
    await whileTimePasses(fixture, attempt())
    await clock.advance(60_000)
  }

  // Session tokens and responses of the API belong to the caller, so they are left out.
  const text = shown
    .filter((value) => !(value instanceof Response) && !isSessionToken(value))
    .map((value) => dump(value))
    .join('\n')
  expect(upstream.issued.length).toBeGreaterThan(5)
  expect(text).toContain('credentials_rejected')
  const encoded = btoa(`${clientId}:${clientSecret}`).slice(4, 24)
  for (const secret of [clientSecret, encodeURIComponent(clientSecret), encoded, ...upstream.issued]) {
    expect(text).not.toContain(secret)
  }
})

it('util.inspect of a server shows no credential and no token', async () => {
  const util: string = 'node:util'
  const { inspect } = (await import(util)) as { inspect: (value: unknown, options: object) => string }
  const { forage, upstream } = createFixture()
  await forage.mintSessionToken({ merchantAccount })
  const credentials = { clientId, clientSecret }
  const server = createForageServer({ environment: 'sandbox', credentials })
  for (const value of [forage, forage.pool('web'), server]) {
    const text = inspect(value, { depth: Infinity, showHidden: true, getters: true })
    for (const secret of [clientSecret, ...upstream.issued]) expect(text).not.toContain(secret)
  }
})

function isSessionToken(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'token' in value && 'expiresAt' in value
}
