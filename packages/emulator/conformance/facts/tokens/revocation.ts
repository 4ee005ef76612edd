import type { Answer, Api } from '../../api.ts'
import { described, expectAnswer, expectSuccess, listed, unlike } from '../../expect.ts'
import { factsOf, type Fact } from '../../fact.ts'
import { docs, sessionTokenGuide, upstream } from '../../sources.ts'

const one = factsOf('2.2')
const many = factsOf('2.3')

const reference = docs('reference/revoke-authentication-token')
const bulkReference = docs('reference/bulk-revoke-auth-tokens')
const unknownCard = '/api/payment_methods/e1fff94f29/'

async function revoke(api: Api, token: string): Promise<Answer> {
  return await api.oauth('/o/revoke_token/', { token })
}

async function expectDead(api: Api, token: string): Promise<void> {
  expectAnswer(await api.send('GET', unknownCard, { token }), { status: 401 })
}

async function expectAlive(api: Api, token: string): Promise<void> {
  expectAnswer(await api.send('GET', unknownCard, { token }), { status: 404 })
}

async function bulkRevoke(api: Api, changes: Record<string, unknown>): Promise<Answer> {
  const { clientId, clientSecret } = api.options
  const body = { client_id: clientId, client_secret: clientSecret, revoke_count: 1, ...changes }
  return await api.send('POST', '/o/bulk_revoke/', { merchant: null, body })
}

const badCounts: readonly [string, unknown][] = [
  ['none', undefined],
  ['0', 0],
  ['1001', 1001],
  ['1.5', 1.5],
  ['text', 'all'],
]

export const revocationFacts: readonly Fact[] = [
  one.documented(
    'revokes',
    reference,
    'A revoked authentication token is refused from then on.',
    async (api) => {
      const token = await api.newAuthenticationToken()
      await expectAlive(api, token)
      expectAnswer(await revoke(api, token), { status: 200 })
      await expectDead(api, token)
    },
  ),
  one.documented('only-that-one', reference, 'The client’s other tokens live on.', async (api) => {
    const token = await api.newAuthenticationToken()
    const other = await api.newAuthenticationToken()
    await revoke(api, token)
    await expectAlive(api, other)
  }),
  one.documented(
    'kills-sessions',
    sessionTokenGuide,
    'The session tokens minted from it die with it.',
    async (api) => {
      const parent = await api.newAuthenticationToken()
      const session = await api.newSessionToken(parent)
      await expectAlive(api, session)
      await revoke(api, parent)
      await expectDead(api, session)
    },
  ),
  one.inferred(
    'kills-sessions-code',
    upstream.toolkit,
    'A session token whose parent was revoked is `invalid_token`.',
    async (api) => {
      const parent = await api.newAuthenticationToken()
      const session = await api.newSessionToken(parent)
      await revoke(api, parent)
      const answer = await api.send('GET', unknownCard, { token: session })
      expectAnswer(answer, { status: 401, body: listed('invalid_token') })
    },
  ),
  one.inferred('empty', upstream.oauthlib, 'The answer to a revocation has no body.', async (api) => {
    const answer = await revoke(api, await api.newAuthenticationToken())
    expectAnswer(answer, { status: 200, body: '' })
  }),
  one.inferred(
    'unknown-token',
    upstream.oauthlib,
    'An unknown token is revoked like any other: 200.',
    async (api) => {
      expectAnswer(await revoke(api, 'sandbox_unknown'), { status: 200, body: '' })
    },
  ),
  one.inferred('twice', upstream.oauthlib, 'A token may be revoked twice.', async (api) => {
    const token = await api.newAuthenticationToken()
    await revoke(api, token)
    expectAnswer(await revoke(api, token), { status: 200, body: '' })
  }),
  one.documented('needs-client', reference, 'Revoking needs the client’s credentials.', async (api) => {
    const token = await api.newAuthenticationToken()
    const answer = await api.send('POST', '/o/revoke_token/', {
      merchant: null,
      body: new URLSearchParams({ token }),
    })
    if (answer.status < 400) throw unlike(answer, 'it is not refused')
    await expectAlive(api, token)
  }),
  one.inferred('invalid-client', upstream.oauthlib, 'Without them it is 401 invalid_client.', async (api) => {
    const body = new URLSearchParams({ token: 'sandbox_unknown' })
    const answer = await api.send('POST', '/o/revoke_token/', { merchant: null, body })
    expectAnswer(answer, { status: 401, body: { error: 'invalid_client' } })
  }),
  one.inferred(
    'missing-token',
    upstream.oauthlib,
    'Without a token it is 400, `Missing token parameter.`, as invalid_request.',
    async (api) => {
      expectAnswer(await api.oauth('/o/revoke_token/', {}), {
        status: 400,
        body: { error: 'invalid_request', error_description: 'Missing token parameter.' },
      })
    },
  ),
  many.documented(
    'wrong-secret',
    bulkReference,
    'Revoking many needs the client’s secret.',
    async (api) => {
      const answer = await bulkRevoke(api, { client_secret: 'wrong' })
      expectAnswer(answer, { status: [400, 401, 403] })
    },
    'control',
  ),
  many.documented(
    'oldest-first',
    bulkReference,
    'The tokens that expire first are revoked first, with their session tokens: 200.',
    async (api) => {
      await api.advance(31 * 24 * 60 * 60 * 1000)
      const long = await api.newAuthenticationToken({ scope: 'pinpad_only', expiration_time: '2592000' })
      const short = await api.newAuthenticationToken({ scope: 'pinpad_only', expiration_time: '86400' })
      const session = await api.newSessionToken(short)
      expectAnswer(await bulkRevoke(api, {}), { status: 200 })
      await expectDead(api, short)
      await expectDead(api, session)
      await expectAlive(api, long)
    },
    'control',
  ),
  many.documented(
    'thousand',
    bulkReference,
    'Up to 1000 may be revoked at once; there need not be as many.',
    async (api) => {
      const token = await api.newAuthenticationToken()
      expectAnswer(await bulkRevoke(api, { revoke_count: 1000 }), { status: 200 })
      await expectDead(api, token)
      await api.advance(1)
    },
    'control',
  ),
  ...badCounts.map(([name, count]) =>
    many.documented(
      `count-${name}`,
      bulkReference,
      `revoke_count has to be an integer of 1 to 1000: ${name} is refused.`,
      async (api) => {
        const token = await api.newAuthenticationToken()
        expectAnswer(await bulkRevoke(api, { revoke_count: count }), { status: [400, 422] })
        await expectAlive(api, token)
      },
      'control',
    ),
  ),
  many.unknown(
    'body',
    bulkReference,
    'What the answer to a bulk revocation says.',
    async (api) => {
      const answer = await bulkRevoke(api, { revoke_count: 1 })
      await api.advance(1)
      expectSuccess(answer)
      return { note: described(answer) }
    },
    'control',
  ),
]
