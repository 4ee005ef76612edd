import { textField } from '../../api.ts'
import { described, expectAnswer, expectSuccess, fields, isText, unlike } from '../../expect.ts'
import { factsOf, type Fact } from '../../fact.ts'
import { android, docs, upstream } from '../../sources.ts'
import { fieldOf, grant, requestToken, sendTokenRequest } from './token-request.ts'

const { documented, inferred, unknown } = factsOf('2.1')

const reference = docs('reference/create-authentication-token')
const tokenShape = /^[a-z]+_[A-Za-z0-9]{30}$/
const outOfRange = ['86399', '2592001', '0', '-1', 'soon', '90000.5']

export const authenticationTokenFacts: readonly Fact[] = [
  documented(
    'response',
    reference,
    'A token response is 200 with four fields and no refresh token.',
    async (api) => {
      const answer = await requestToken(api)
      expectAnswer(answer, { status: 200, body: fields('access_token', 'expires_in', 'token_type', 'scope') })
      expectAnswer(answer, { headers: { 'content-type': /^application\/json/ } })
      expectAnswer(answer, { body: { expires_in: (value) => Number.isInteger(value), scope: 'pinpad_only' } })
    },
  ),
  documented('bearer', reference, 'token_type is `Bearer`.', async (api) => {
    expectAnswer(await requestToken(api), { body: { token_type: 'Bearer' } })
  }),
  documented(
    'token-shape',
    reference,
    'An authentication token is its environment, `_` and 30 letters or digits.',
    async (api) => {
      expectAnswer(await requestToken(api), { body: { access_token: tokenShape } })
    },
  ),
  documented('never-the-same', reference, 'Each token request gets a new token.', async (api) => {
    const [one, other] = [await requestToken(api), await requestToken(api)]
    if (textField(one, 'access_token') === textField(other, 'access_token'))
      throw unlike(other, 'the token is the same')
  }),
  ...['86400', '1728000', '2592000'].map((seconds) =>
    documented(`expires-in-${seconds}`, reference, `expiration_time=${seconds} is granted.`, async (api) => {
      expectAnswer(await requestToken(api, { expiration_time: seconds }), {
        status: 200,
        body: { expires_in: Number(seconds) },
      })
    }),
  ),
  unknown(
    'default-expiration',
    reference,
    'It is undocumented whether a token without a requested lifetime lives 7 days or 10 hours.',
    async (api) => {
      const seconds = Number(fieldOf(await requestToken(api), 'expires_in'))
      return { note: `${seconds} s`, choice: { defaultAuthenticationTokenSeconds: seconds } }
    },
  ),
  ...outOfRange.map((value) =>
    inferred(
      `expiration-${value}`,
      reference,
      `expiration_time=${value} is a 400 invalid_request.`,
      async (api) => {
        const answer = await requestToken(api, { expiration_time: value })
        expectAnswer(answer, { status: 400, body: { error: 'invalid_request', error_description: isText } })
      },
    ),
  ),
  inferred(
    'unknown-field',
    android('AccessTokenRequest.kt'),
    'An unknown field of a token request is ignored.',
    async (api) => {
      expectSuccess(await requestToken(api, { expiration: '60' }))
    },
  ),
  inferred('credentials-in-body', upstream.oauthlib, 'The credentials may be in the body.', async (api) => {
    const { clientId, clientSecret } = api.options
    const form = new URLSearchParams({ ...grant, client_id: clientId, client_secret: clientSecret })
    expectSuccess(await sendTokenRequest(api, {}, form))
  }),
  inferred('no-store', upstream.oauthlib, 'A token response is not cached.', async (api) => {
    expectAnswer(await requestToken(api), { headers: { 'cache-control': /no-store/, pragma: 'no-cache' } })
  }),
  documented(
    'thousand-tokens',
    docs('docs/authentication-reference'),
    'A client may have 1000 live tokens.',
    async (api) => {
      await api.advance(31 * 24 * 60 * 60 * 1000)
      for (let count = 0; count < 1000; count += 1) expectSuccess(await api.oauth('/o/token/', grant))
    },
    'control',
  ),
  unknown(
    'token-cap',
    docs('docs/authentication-reference'),
    'It is undocumented whether the request for a 1001st token is refused or ends the oldest token.',
    async (api) => {
      await api.advance(31 * 24 * 60 * 60 * 1000)
      const oldest = await api.newAuthenticationToken()
      for (let count = 1; count < 1000; count += 1) await api.oauth('/o/token/', grant)
      const answer = await api.oauth('/o/token/', grant)
      if (answer.status >= 400) {
        await api.advance(31 * 24 * 60 * 60 * 1000)
        return { note: described(answer), choice: { tokenCap: 'reject' } }
      }
      const old = await api.send('POST', '/api/session_token/', { token: oldest })
      await api.advance(31 * 24 * 60 * 60 * 1000)
      const isEvicted = old.status === 401
      return {
        note: isEvicted ? 'the oldest token is evicted' : 'there is no cap',
        ...(isEvicted ? { choice: { tokenCap: 'evict' } } : {}),
      }
    },
    'control',
  ),
]
