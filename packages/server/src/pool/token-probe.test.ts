import { expect, it } from 'vitest'

import { createVirtualClock, settle } from '../../test/fixtures/virtual-clock.ts'
import { UpstreamHold } from '../upstream/upstream-hold.ts'
import { createTokenProbe, type TokenVerdict } from './token-probe.ts'

const clock = createVirtualClock()
const hold = new UpstreamHold(clock)
const sessionTokenUrl = 'https://api.example/api/session_token/'

async function verdictOn(answer: () => Promise<Response>): Promise<TokenVerdict> {
  return await createTokenProbe({ sessionTokenUrl, clock, hold, fetch: answer })('token')
}

const forage = (code: string): string => JSON.stringify({ errors: [{ code }] })

it.each<[number, string, TokenVerdict]>([
  [200, '{"token":"sandbox_s"}', 'accepted'],
  [400, forage('missing_merchant_account'), 'accepted'],
  [401, forage('missing_merchant_account'), 'accepted'],
  [403, forage('forbidden'), 'accepted'],
  [403, '{"detail":"You do not have permission."}', 'accepted'],
  [401, forage('invalid_token'), 'refused'],
  [401, '', 'refused'],
  [401, '<!doctype html>', 'unknown'],
  [403, '<h1>Blocked</h1>', 'unknown'],
  [200, '<h1>Back soon</h1>', 'unknown'],
  [302, '', 'unknown'],
  [404, 'Not found', 'unknown'],
  [408, '', 'unknown'],
  [423, forage('resource_locked'), 'unknown'],
  [500, '', 'unknown'],
])('an answer with status %i and the body %j means that the token is %s', async (status, body, verdict) => {
  expect(await verdictOn(async () => new Response(body, { status }))).toBe(verdict)
})

it('a probe without an answer knows nothing, and never rejects', async () => {
  expect(await verdictOn(() => Promise.reject(new TypeError('fetch failed')))).toBe('unknown')
  const silent = verdictOn(() => new Promise(() => {}))
  await settle()
  await clock.advance(2000)
  expect(await silent).toBe('unknown')
  expect(clock.pending()).toBe(0)
})

it('a probe that is answered 429 knows nothing, and holds back further requests', async () => {
  const limited = new Response('', { status: 429, headers: { 'retry-after': '7' } })
  expect(await verdictOn(async () => limited)).toBe('unknown')
  expect(hold.allUntil).toBe(clock.now() + 7000)
})
