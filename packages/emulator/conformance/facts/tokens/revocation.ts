import type { Answer, Api } from '../../api.ts'
import { described, expectAnswer, expectSuccess, listed, unlike } from '../../expect.ts'
import { factsOf, type Fact } from '../../fact.ts'
import { docs, sessionTokenGuide, upstream } from '../../sources.ts'

const single = factsOf('2.2')
const bulk = factsOf('2.3')

const reference = docs('reference/revoke-authentication-token')
const bulkReference = docs('reference/bulk-revoke-auth-tokens')
const unknownCard = '/api/payment_methods/e1fff94f29/'

async function revoke(api: Api, token: string): Promise<Answer> {
  return await api.oauth('/o/revoke_token/', { token })
}

async function expectRejected(api: Api, token: string): Promise<void> {
  expectAnswer(await api.send('GET', unknownCard, { token }), { status: 401 })
}

async function expectAccepted(api: Api, token: string): Promise<void> {
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
  single.documented('revokes', reference, 'A revoked authentication token is rejected.', async (api) => {
    const token = await api.newAuthenticationToken()
    await expectAccepted(api, token)
    expectAnswer(await revoke(api, token), { status: 200 })
    await expectRejected(api, token)
  }),
  single.documented(
    'only-that-one',
    reference,
    'A revocation does not end the client’s other tokens.',
    async (api) => {
      const token = await api.newAuthenticationToken()
      const other = await api.newAuthenticationToken()
      await revoke(api, token)
      await expectAccepted(api, other)
    },
  ),
  single.documented(
    'kills-sessions',
    sessionTokenGuide,
    'A revocation ends the session tokens of the authentication token.',
    async (api) => {
      const parent = await api.newAuthenticationToken()
      const session = await api.newSessionToken(parent)
      await expectAccepted(api, session)
      await revoke(api, parent)
      await expectRejected(api, session)
    },
  ),
  single.inferred(
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
  single.inferred('empty', upstream.oauthlib, 'The answer to a revocation has no body.', async (api) => {
    const answer = await revoke(api, await api.newAuthenticationToken())
    expectAnswer(answer, { status: 200, body: '' })
  }),
  single.inferred(
    'unknown-token',
    upstream.oauthlib,
    'Revoking an unknown token is 200 as well.',
    async (api) => {
      expectAnswer(await revoke(api, 'sandbox_unknown'), { status: 200, body: '' })
    },
  ),
  single.inferred('twice', upstream.oauthlib, 'A token may be revoked twice.', async (api) => {
    const token = await api.newAuthenticationToken()
    await revoke(api, token)
    expectAnswer(await revoke(api, token), { status: 200, body: '' })
  }),
  single.documented(
    'needs-client',
    reference,
    'A revocation requires the client’s credentials.',
    async (api) => {
      const token = await api.newAuthenticationToken()
      const answer = await api.send('POST', '/o/revoke_token/', {
        merchant: null,
        body: new URLSearchParams({ token }),
      })
      if (answer.status < 400) throw unlike(answer, 'the request is not refused')
      await expectAccepted(api, token)
    },
  ),
  single.inferred(
    'invalid-client',
    upstream.oauthlib,
    'A revocation without the client’s credentials is 401 invalid_client.',
    async (api) => {
      const body = new URLSearchParams({ token: 'sandbox_unknown' })
      const answer = await api.send('POST', '/o/revoke_token/', { merchant: null, body })
      expectAnswer(answer, { status: 401, body: { error: 'invalid_client' } })
    },
  ),
  single.inferred(
    'missing-token',
    upstream.oauthlib,
    'A revocation without a token is 400 invalid_request with the description `Missing token parameter.`.',
    async (api) => {
      expectAnswer(await api.oauth('/o/revoke_token/', {}), {
        status: 400,
        body: { error: 'invalid_request', error_description: 'Missing token parameter.' },
      })
    },
  ),
  bulk.documented(
    'wrong-secret',
    bulkReference,
    'A bulk revocation requires the client’s secret.',
    async (api) => {
      const answer = await bulkRevoke(api, { client_secret: 'wrong' })
      expectAnswer(answer, { status: [400, 401, 403] })
    },
    'control',
  ),
  bulk.documented(
    'oldest-first',
    bulkReference,
    'A bulk revocation first ends the tokens that expire first, with their session tokens: 200.',
    async (api) => {
      await api.advance(31 * 24 * 60 * 60 * 1000)
      const long = await api.newAuthenticationToken({ scope: 'pinpad_only', expiration_time: '2592000' })
      const short = await api.newAuthenticationToken({ scope: 'pinpad_only', expiration_time: '86400' })
      const session = await api.newSessionToken(short)
      expectAnswer(await bulkRevoke(api, {}), { status: 200 })
      await expectRejected(api, short)
      await expectRejected(api, session)
      await expectAccepted(api, long)
    },
    'control',
  ),
  bulk.documented(
    'thousand',
    bulkReference,
    'A bulk revocation may have a count of up to 1000, even if there are fewer tokens.',
    async (api) => {
      const token = await api.newAuthenticationToken()
      expectAnswer(await bulkRevoke(api, { revoke_count: 1000 }), { status: 200 })
      await expectRejected(api, token)
      await api.advance(1)
    },
    'control',
  ),
  ...badCounts.map(([name, count]) =>
    bulk.documented(
      `count-${name}`,
      bulkReference,
      `revoke_count has to be an integer from 1 to 1000: ${name} is refused.`,
      async (api) => {
        const token = await api.newAuthenticationToken()
        expectAnswer(await bulkRevoke(api, { revoke_count: count }), { status: [400, 422] })
        await expectAccepted(api, token)
      },
      'control',
    ),
  ),
  bulk.unknown(
    'body',
    bulkReference,
    'The body of the answer to a bulk revocation is undocumented.',
    async (api) => {
      const answer = await bulkRevoke(api, { revoke_count: 1 })
      await api.advance(1)
      expectSuccess(answer)
      return { note: described(answer) }
    },
    'control',
  ),
]
