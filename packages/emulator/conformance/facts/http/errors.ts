import type { Api } from '../../api.ts'
import { codeOf, described, expectAnswer, isText, listed } from '../../expect.ts'
import { factsOf, type Fact } from '../../fact.ts'
import { android, docs, upstream } from '../../sources.ts'

const envelopes = factsOf('4.2')
const credentials = factsOf('4.3')
const common = factsOf('4.4')

const errors = docs('reference/errors')
const cards = '/api/payment_methods/'
const balance = '/proxy/api/payment_methods/e1fff94f29/balance/'
const withPin = { pin: '1234', card_number_token: 'tok_sandbox_none' }
const malformed = { code: 401, description: 'authorization header malformed', name: 'auth_header_malformed' }

/** Returns a session token with another signature. */
async function forged(api: Api): Promise<string> {
  const token = await api.sessionToken()
  return token.replace(/\.[^.]+$/, `.${'A'.repeat(43)}`)
}

async function addCard(api: Api, number: unknown): ReturnType<Api['send']> {
  return await api.send('POST', cards, {
    token: await api.sessionToken(),
    body: { type: 'ebt', card: { number } },
  })
}

const badNumbers: readonly [string, unknown][] = [
  ['15 digits', '999942000000000'],
  ['20 digits', '99994200000000000000'],
  ['letters', '9999abcd00000001'],
]

export const errorFacts: readonly Fact[] = [
  envelopes.documented(
    'list',
    errors,
    'An error is a path and a list with code, message and source.',
    async (api) => {
      const path = '/api/payments/0ddbcda871/'
      const answer = await api.send('GET', path, { token: await api.sessionToken() })
      expectAnswer(answer, {
        headers: { 'content-type': /^application\/json/ },
        body: {
          path,
          errors: [{ code: isText, message: isText, source: { resource: isText, ref: isText } }],
        },
      })
    },
  ),
  envelopes.recorded(
    'vault-no-token',
    android('rosetta_vault_error_response.json'),
    'The vault has a special envelope for a missing token.',
    async (api) => {
      expectAnswer(await api.send('POST', balance, { body: withPin }), { status: 401, body: malformed })
    },
  ),
  envelopes.recorded(
    'vault-malformed',
    android('rosetta_vault_error_response.json'),
    'The vault uses the same envelope for a scheme other than Bearer.',
    async (api) => {
      const headers = { Authorization: 'Token sandbox_abcd123' }
      expectAnswer(await api.send('POST', balance, { body: withPin, headers }), {
        status: 401,
        body: malformed,
      })
    },
  ),
  envelopes.unknown(
    'vault-invalid-token',
    android('RosettaErrorResponsePayload.kt'),
    'The vault’s envelope for an invalid token is undocumented.',
    async (api) => {
      const answer = await api.send('POST', balance, { body: withPin, token: await forged(api) })
      return {
        note: described(answer),
        choice: { vaultTokenRejection: codeOf(answer) === '' ? 'vault' : 'forage' },
      }
    },
  ),
  envelopes.inferred('oauth', upstream.oauthlib, 'An OAuth error is JSON with `error`.', async (api) => {
    expectAnswer(await api.oauth('/o/token/', {}), { status: 400, body: { error: isText } })
  }),
  credentials.recorded(
    'expired',
    android('ForageSDKTest.kt'),
    'An expired session token gets the documented body.',
    async (api) => {
      const token = await api.newSessionToken()
      await api.advance(15 * 60 * 1000)
      const answer = await api.send('POST', cards, {
        token,
        body: { type: 'ebt', card: { number: '9999420000000001' } },
      })
      expectAnswer(answer, {
        status: 401,
        body: {
          path: cards,
          errors: [
            {
              code: 'expired_session_token',
              message: 'This token has expired',
              source: { resource: 'Session_Token', ref: '' },
            },
          ],
        },
      })
    },
    'control',
  ),
  credentials.documented('refused-is-401', errors, 'A token that was never issued gets 401.', async (api) => {
    expectAnswer(await api.send('GET', `${cards}e1fff94f29/`, { token: 'sandbox_abcd123' }), { status: 401 })
  }),
  credentials.inferred(
    'unknown-token',
    errors,
    'A token that was never issued is `invalid_token`.',
    async (api) => {
      const answer = await api.send('GET', `${cards}e1fff94f29/`, { token: 'sandbox_abcd123' })
      expectAnswer(answer, {
        body: listed('invalid_token', 'Incorrect authentication credentials.', {
          resource: 'OAuth_Access_Tokens',
        }),
      })
    },
  ),
  credentials.unknown(
    'bad-signature',
    errors,
    'The code for a session token with another signature is undocumented.',
    async (api) => {
      const answer = await api.send('GET', `${cards}e1fff94f29/`, { token: await forged(api) })
      const code = codeOf(answer)
      const isKnown = code === 'bad_signature' || code === 'invalid_token'
      return { note: described(answer), ...(isKnown ? { choice: { alteredSessionToken: code } } : {}) }
    },
  ),
  envelopes.unknown(
    'refused-token',
    `${errors}, ${docs('reference/errors-1')}`,
    'It is undocumented whether the API rejects a token in the list envelope or with `detail`.',
    async (api) => {
      const answer = await api.send('GET', `${cards}e1fff94f29/`, { token: 'sandbox_abcd123' })
      return {
        note: described(answer),
        choice: { authEnvelope: codeOf(answer) === '' ? 'detail' : 'list' },
      }
    },
  ),
  credentials.documented(
    'forged',
    errors,
    'A session token with another signature is rejected with 401.',
    async (api) => {
      expectAnswer(await api.send('GET', `${cards}e1fff94f29/`, { token: await forged(api) }), {
        status: 401,
      })
    },
  ),
  credentials.inferred(
    'forbidden',
    errors,
    'A token whose scope does not open the endpoint gets 403 forbidden.',
    async (api) => {
      const token = await api.authenticationToken('hosted_checkout')
      expectAnswer(await api.send('GET', '/api/payments/0ddbcda871/', { token }), {
        status: 403,
        body: listed('forbidden'),
      })
    },
  ),
  credentials.unknown(
    'challenge',
    upstream.toolkit,
    'It is undocumented whether a 401 has a challenge.',
    async (api) => {
      const answer = await api.send('GET', `${cards}e1fff94f29/`, { token: 'sandbox_abcd123' })
      const challenge = answer.headers.get('www-authenticate')
      return {
        note: challenge ?? 'no challenge',
        choice: { challenge: challenge === null ? 'absent' : 'bearer' },
      }
    },
  ),
  credentials.documented(
    'merchant-after-token',
    errors,
    'A request for a payment without `Merchant-Account` is missing_merchant_account.',
    async (api) => {
      const token = await api.sessionToken()
      expectAnswer(await api.send('GET', '/api/payments/0ddbcda871/', { token, merchant: null }), {
        status: [400, 401],
        body: listed('missing_merchant_account', 'No merchant account FNS number was provided.'),
      })
    },
  ),
  ...badNumbers.map(([name, number]) =>
    common.documented(
      `card-number: ${name}`,
      errors,
      `A card number with ${name} is 400 cannot_parse_request_body.`,
      async (api) => {
        expectAnswer(await addCard(api, number), {
          status: 400,
          body: listed('cannot_parse_request_body', 'EBT Cards must be 16-19 digits long!', {
            resource: 'Payment_Methods',
          }),
        })
      },
    ),
  ),
  common.documented(
    'unknown-payment',
    errors,
    'An unknown payment is 404 with the documented words.',
    async (api) => {
      const answer = await api.send('GET', '/api/payments/0ddbcda871/', { token: await api.sessionToken() })
      const message =
        /^Payment with ref 0ddbcda871 does not exist for current Merchant with FNS \S+\. For payments that are associated with an order, please use `\/api\/orders\/<order_ref>\/payments\/` instead$/
      expectAnswer(answer, { status: 404, body: listed('resource_not_found', message) })
    },
  ),
  common.documented(
    'unknown-method',
    errors,
    'An unknown payment method is 404 with the documented words.',
    async (api) => {
      const answer = await api.send('GET', `${cards}e1fff94f29/`, { token: await api.sessionToken() })
      const message = /^Payment method with id e1fff94f29 does not exist for Tenant \S+ using FNS \S+$/
      expectAnswer(answer, { status: 404, body: listed('resource_not_found', message) })
    },
  ),
  common.inferred('no-json', upstream.django, 'A body that is not JSON is 400.', async (api) => {
    const headers = { 'Content-Type': 'application/json' }
    expectAnswer(await api.send('POST', cards, { token: await api.sessionToken(), headers, body: '{' }), {
      status: 400,
    })
  }),
  common.inferred(
    'content-type',
    upstream.django,
    'A body with a content type other than JSON is 415.',
    async (api) => {
      const headers = { 'Content-Type': 'text/plain' }
      expectAnswer(
        await api.send('POST', cards, { token: await api.sessionToken(), headers, body: 'card' }),
        { status: 415 },
      )
    },
  ),
  common.inferred(
    'method',
    upstream.django,
    'A method that the endpoint does not have is 405.',
    async (api) => {
      expectAnswer(await api.send('DELETE', cards, { token: await api.sessionToken() }), { status: 405 })
    },
  ),
]
