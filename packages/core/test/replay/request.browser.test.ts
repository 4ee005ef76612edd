import { expect, test } from 'vitest'

import { createForageSession } from '../../src/index.ts'
import { createTokenCounter } from '../refusing-api.ts'

/** Creates a session that sends to the server of this page, which knows no token. */
function createPageSession() {
  const sent: { request: Request; response: Response }[] = []
  const mint = createTokenCounter()
  const session = createForageSession({
    tokenSource: async () => mint(),
    attachTo: [location.origin],
    fetch: async (input, init) => {
      const request = new Request(input, init)
      const response = await fetch(input, init)
      sent.push({ request, response })
      return response
    },
  })
  return { session, sent }
}

test('a relative URL is relative to the page, and its request gets the token', async () => {
  const { session, sent } = createPageSession()
  await session.fetch('some/where?page=2')
  expect(sent.map(({ request }) => request.url)).toEqual([
    new URL('some/where?page=2', document.baseURI).href,
  ])
  expect(sent[0]!.request.headers.get('Authorization')).toBe('Bearer sandbox_token-1')
})

test('a no-cors request carries no token, because the browser removes it', async () => {
  const { session, sent } = createPageSession()
  await session.fetch('/', { mode: 'no-cors' })
  expect(sent[0]!.request.headers.get('Authorization')).toBeNull()
})

test('the browser’s own fetch can be passed unbound', async () => {
  const mint = createTokenCounter()
  const session = createForageSession({
    tokenSource: async () => mint(),
    environment: 'sandbox',
    fetch: globalThis.fetch,
  })
  await expect(session.fetch(location.href)).resolves.toMatchObject({ status: 200 })
})

test('a Request keeps its referrer policy, and a keepalive body is sent', async () => {
  const { session, sent } = createPageSession()
  const init: RequestInit = { method: 'POST', body: 'milk', keepalive: true, referrerPolicy: 'no-referrer' }
  await session.fetch(new Request('/', init))
  await session.fetch('/', init)
  expect(sent).toHaveLength(2)
  for (const { request } of sent) {
    expect([request.referrerPolicy, request.keepalive]).toEqual(['no-referrer', true])
  }
})
