import { expect, it } from 'vitest'

import { createVirtualClock } from '../../test/fixtures/virtual-clock.ts'
import { failure } from '../oauth/token-answer.ts'
import { createCredentialsReader } from '../shared/credentials.ts'
import { createQuidkeyDialect } from './quidkey-dialect.ts'
import type { GrantAnswer, RefreshDialect } from './refresh-dialect.ts'

const clock = createVirtualClock()
const { signal } = new AbortController()
const credentials = { clientId: 'id', clientSecret: 'secret' }

function speaking(answer: Response): { dialect: RefreshDialect; sent: { url: string; init: RequestInit }[] } {
  const sent: { url: string; init: RequestInit }[] = []
  const dialect = createQuidkeyDialect({
    tokenUrl: 'https://quidkey.example/token',
    refreshUrl: 'https://quidkey.example/refresh',
    clock,
    fetch: async (input, init) => {
      sent.push({ url: input as string, init: init! })
      return answer
    },
  })
  return { dialect, sent }
}

async function answerTo(body: unknown, init?: ResponseInit): Promise<GrantAnswer> {
  return await speaking(Response.json(body, init)).dialect.authenticate(credentials, signal)
}

const data = { access_token: 'access', refresh_token: 'refresh', expires_in: 900 }
const refused = (code: string): unknown => ({ success: false, error: { code } })

it('a request for credentials is JSON with the grant, the id and the secret, and aborts with its signal', async () => {
  const { dialect, sent } = speaking(Response.json({ success: true, data }))
  await dialect.authenticate(credentials, signal)
  const [{ url, init }] = sent as [(typeof sent)[number]]
  expect(url).toBe('https://quidkey.example/token')
  expect(init).toMatchObject({ method: 'POST', signal })
  expect(init.headers).toEqual({ accept: 'application/json', 'content-type': 'application/json' })
  expect(JSON.parse(init.body as string)).toEqual({
    grant_type: 'client_credentials',
    client_id: 'id',
    client_secret: 'secret',
  })
})

it('a request for a refresh has the refresh token and no credential', async () => {
  const { dialect, sent } = speaking(Response.json({ success: true, data }))
  await dialect.refresh('refresh', createCredentialsReader(credentials, 'credentials', clock), signal)
  expect(sent[0]?.url).toBe('https://quidkey.example/refresh')
  expect(JSON.parse(sent[0]?.init.body as string)).toEqual({ refresh_token: 'refresh' })
})

it('an answer of Quidkey has tokens, a lifetime from the request, and the skew of its clock', async () => {
  const date = new Date(clock.now() + 5000).toUTCString()
  expect(await answerTo({ success: true, data }, { headers: { date } })).toEqual({
    ok: true,
    token: 'access',
    refreshToken: 'refresh',
    scope: '',
    requestedAt: clock.now(),
    lifetimeMs: 900_000,
    skewMs: 5000,
  })
})

it.each([
  ['seconds as a string', { ...data, expires_in: '600' }, { lifetimeMs: 600_000 }],
  [
    'no lifetime, which means 15 minutes',
    { access_token: 'access' },
    { lifetimeMs: 900_000, refreshToken: undefined },
  ],
  [
    'nulls',
    { ...data, refresh_token: null, expires_in: null },
    { lifetimeMs: 900_000, refreshToken: undefined },
  ],
])('an answer of Quidkey may have %s', async (_, given, expected) => {
  expect(await answerTo({ success: true, data: given })).toMatchObject({ ok: true, ...expected })
})

it.each(['a b', ' access', 'access\n'])(
  'the token %j is never used, because no header can carry it',
  async (token) => {
    expect(await answerTo({ success: true, data: { ...data, access_token: token } })).toEqual(
      failure('transient', 'token_malformed', { status: 200, lost: true, arrived: token }),
    )
  },
)

it.each(['15m', 'm15', {}])('a token with the lifetime %j is not used', async (expires_in) => {
  expect(await answerTo({ success: true, data: { ...data, expires_in } })).toEqual(
    failure('limit', 'lifetime_too_short', { status: 200, lost: true, arrived: 'access' }),
  )
})

it('a token in an answer without `success` is used', async () => {
  expect(await answerTo({ data })).toMatchObject({ ok: true, token: 'access', refreshToken: 'refresh' })
})

it.each([
  ['an empty token', { success: true, data: { ...data, access_token: '' } }],
  ['no data', { success: true }],
  ['nothing', null],
])('an answer with %s is complete, so no token was issued', async (_, body) => {
  expect(await answerTo(body)).toEqual(failure('transient', 'no_token', { status: 200, lost: false }))
})

it('a maintenance page with status 200 is named, and no token was issued', async () => {
  const page = new Response('<!doctype html><h1>Back soon</h1>')
  expect(await speaking(page).dialect.authenticate(credentials, signal)).toEqual(
    failure('transient', 'firewall_page', { status: 200, lost: false }),
  )
})

it("a firewall's page is transient, whatever its status says", async () => {
  for (const status of [401, 403]) {
    const page = new Response('Blocked', { status, headers: { 'content-type': 'text/html' } })
    expect(await speaking(page).dialect.authenticate(credentials, signal)).toMatchObject({
      kind: 'transient',
      code: 'firewall_page',
    })
  }
})

it('a refusal with status 200 has its code', async () => {
  expect(await answerTo(refused('BUSY'))).toEqual(failure('transient', 'BUSY', { status: 200, lost: false }))
})

it.each([
  [429, 'throttled'],
  [401, 'credential'],
  [403, 'credential'],
  [400, 'config'],
  [422, 'config'],
  [404, 'transient'],
  [500, 'transient'],
] as const)('a %d of Quidkey is a failure of kind %s', async (status, kind) => {
  const facts = { status, retryAfterMs: undefined, lost: false }
  expect(await answerTo(refused('X'), { status })).toEqual(failure(kind, 'X', facts))
})

it.each([400, 422])('a %d of a gateway is transient', async (status) => {
  const facts = { status, retryAfterMs: undefined, lost: false }
  expect(await answerTo({ message: 'Bad' }, { status, headers: { 'retry-after': '7' } })).toEqual(
    failure('transient', `http_${status}`, facts),
  )
})

it('Retry-After of a 503 is kept', async () => {
  expect(await answerTo({}, { status: 503, headers: { 'retry-after': '7' } })).toEqual(
    failure('transient', 'http_503', { status: 503, retryAfterMs: 7000, lost: false }),
  )
})

it.each(['a sentence', '', 'x'.repeat(65), 'X\n', '!X'])(
  'a refusal with %j, which is not a code, is named by its status',
  async (code) => {
    expect(await answerTo(refused(code), { status: 500 })).toMatchObject({ code: 'http_500' })
  },
)

it('an error answer that claims success is not from Quidkey', async () => {
  expect(await answerTo({ success: true, error: { code: 'X' } }, { status: 400 })).toMatchObject({
    code: 'http_400',
  })
})
