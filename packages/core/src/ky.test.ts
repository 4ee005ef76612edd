import { HTTPError } from 'ky'
import { expect, test } from 'vitest'

import { createForageSession } from './index.ts'
import { createForageClient } from './ky.ts'

function setUp(answers: number[]) {
  let tokens = 0
  const sent: { url: string; authorization: string | null; body: string }[] = []
  const session = createForageSession({
    tokenSource: async () => `sandbox_token-${(tokens += 1)}`,
    environment: 'sandbox',
    fetch: async (input, init) => {
      const request = new Request(input, init)
      const authorization = request.headers.get('Authorization')
      sent.push({ url: request.url, authorization, body: await request.text() })
      return new Response('{}', { status: answers.shift() ?? 200 })
    },
  })
  return { session, sent, tokenRequests: () => tokens }
}

test('a POST with retry: 0 is replayed on a 401, with its body', async () => {
  const { session, sent } = setUp([401])
  const forage = createForageClient(session)
  await forage.post('api/payment_methods/', { json: { type: 'ebt' }, retry: 0 })
  expect(sent.map(({ body }) => body)).toEqual(['{"type":"ebt"}', '{"type":"ebt"}'])
  expect(sent[1]!.url).toBe('https://api.sandbox.joinforage.app/api/payment_methods/')
})

test('a 401 for ever is an HTTPError after two requests, also with 401 among the retry codes', async () => {
  const { session, sent, tokenRequests } = setUp([401, 401, 401, 401])
  const forage = createForageClient(session, { retry: { limit: 3, statusCodes: [401, 503], delay: () => 0 } })
  const error: unknown = await forage.get('api/x/').catch((reason: unknown) => reason)
  expect(error).toBeInstanceOf(HTTPError)
  expect((error as HTTPError).request.headers.get('Authorization')).toBeNull()
  expect([sent.length, tokenRequests()]).toEqual([2, 2])
})

test('503, 503, 401 spends ky’s own retries on the 503s only', async () => {
  const { session, sent } = setUp([503, 503, 401])
  const forage = createForageClient(session, { retry: { limit: 2, delay: () => 0 } })
  await expect(forage.get('api/x/').json()).resolves.toEqual({})
  expect(sent).toHaveLength(4)
})

test('an address is needed', () => {
  const session = createForageSession({ tokenSource: '/api/forage/session-token' })
  expect(() => createForageClient(session)).toThrow(TypeError)
  expect(() => createForageClient(session, { prefix: 'https://api.joinforage.app' })).not.toThrow()
})
