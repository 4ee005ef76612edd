import { textField, type Answer, type Api } from '../../api.ts'
import { codeOf, described, expectAnswer, expectSuccess, fields, listed, unlike } from '../../expect.ts'
import { factsOf, Skip, type Fact } from '../../fact.ts'
import { android, authenticationGuide, docs, sessionTokenGuide, upstream } from '../../sources.ts'

const minting = factsOf('3.1')
const life = factsOf('3.2')

const reference = docs('reference/create-session-token')
const path = '/api/session_token/'
const unknownCard = '/api/payment_methods/e1fff94f29/'
const MINUTE_MS = 60 * 1000

async function mint(
  api: Api,
  merchant?: string | null,
  headers?: Record<string, string>,
  body?: string,
): Promise<Answer> {
  const token = await api.authenticationToken()
  return await api.send('POST', path, {
    token,
    ...(merchant === undefined ? {} : { merchant }),
    ...(headers ? { headers } : {}),
    body,
  })
}

async function read(api: Api, token: string): Promise<Answer> {
  return await api.send('GET', unknownCard, { token })
}

const form = 'application/x-www-form-urlencoded'

export const sessionTokenFacts: readonly Fact[] = [
  minting.documented(
    'one-field',
    reference,
    'The answer has one field, `token`: no expires_in.',
    async (api) => {
      const answer = await mint(api)
      expectSuccess(answer)
      expectAnswer(answer, { body: fields('token') })
    },
  ),
  minting.unknown('status', reference, 'The status of a new session token: 200 or 201.', async (api) => {
    const { status } = await mint(api)
    return {
      note: String(status),
      ...(status === 200 || status === 201 ? { choice: { sessionTokenStatus: status } } : {}),
    }
  }),
  minting.documented('works', reference, 'A session token opens what a checkout needs.', async (api) => {
    expectAnswer(await read(api, textField(await mint(api), 'token')), {
      status: 404,
      body: listed('resource_not_found'),
    })
  }),
  minting.documented(
    'never-the-same',
    authenticationGuide,
    'Every checkout gets a session token of its own.',
    async (api) => {
      const [one, other] = [await mint(api), await mint(api)]
      if (textField(one, 'token') === textField(other, 'token')) throw unlike(other, 'the token is the same')
    },
  ),
  minting.documented(
    'several-live',
    authenticationGuide,
    'A new session token leaves the others alive.',
    async (api) => {
      const first = await api.newSessionToken()
      await api.newSessionToken()
      expectAnswer(await read(api, first), { status: 404 })
    },
  ),
  minting.documented(
    'merchant-bare',
    reference,
    '`Merchant-Account` may be the Merchant ID.',
    async (api) => {
      expectSuccess(await mint(api, api.options.merchant))
    },
  ),
  minting.documented(
    'merchant-mid',
    docs('docs/forage-js-quickstart'),
    '`Merchant-Account` may be `mid/` and the Merchant ID.',
    async (api) => {
      expectSuccess(await mint(api, `mid/${api.options.merchant}`))
    },
  ),
  minting.documented(
    'merchant-fns',
    authenticationGuide,
    '`Merchant-Account` may be the FNS number.',
    async (api) => {
      const { fnsNumber } = api.options
      if (fnsNumber === undefined) throw new Skip('FORAGE_FNS_NUMBER is not set')
      expectSuccess(await mint(api, fnsNumber))
    },
  ),
  minting.documented(
    'form-empty',
    docs('docs/forage-js-quickstart'),
    'The body may be an empty form.',
    async (api) => {
      expectSuccess(await mint(api, undefined, { 'Content-Type': form, Accept: 'application/json' }, ''))
    },
  ),
  minting.documented(
    'json',
    docs('docs/forage-terminal-android'),
    'The content type may be JSON.',
    async (api) => {
      expectSuccess(await mint(api, undefined, { 'Content-Type': 'application/json' }, '{}'))
    },
  ),
  minting.documented(
    'body-ignored',
    android('SessionTokenRequest.kt'),
    'What the body says is ignored.',
    async (api) => {
      const body = 'grant_type=client_credentials&scope=pinpad_only'
      expectSuccess(await mint(api, undefined, { 'Content-Type': form }, body))
    },
  ),
  minting.documented(
    'merchant-missing',
    docs('reference/errors'),
    'Without `Merchant-Account` it is missing_merchant_account.',
    async (api) => {
      expectAnswer(await mint(api, null), {
        status: [400, 401],
        body: listed('missing_merchant_account', 'No merchant account FNS number was provided.', {
          resource: 'Merchant_Account_Header',
        }),
      })
    },
  ),
  minting.unknown(
    'merchant-missing-status',
    android('MessageStatusServiceTest.kt v3.9.0'),
    'Its status: 400 or 401.',
    async (api) => {
      const { status } = await mint(api, null)
      return {
        note: String(status),
        ...(status === 400 || status === 401 ? { choice: { missingMerchantStatus: status } } : {}),
      }
    },
  ),
  minting.documented(
    'merchant-unknown',
    docs('reference/forage-js-errors'),
    'An unknown merchant is 400 invalid_merchant_account.',
    async (api) => {
      expectAnswer(await mint(api, 'ffffffffff'), {
        status: 400,
        body: listed('invalid_merchant_account', 'Merchant account FNS number not valid.'),
      })
    },
  ),
  minting.documented(
    'invalid-token',
    docs('reference/errors'),
    'An invalid authentication token gets the documented body.',
    async (api) => {
      expectAnswer(await api.send('POST', path, { token: 'sandbox_uXpcGMAMs7hhbw9JifUuJlzUZS3zWD' }), {
        status: 401,
        body: {
          path,
          errors: [
            {
              code: 'invalid_token',
              message: 'Incorrect authentication credentials.',
              source: { resource: 'OAuth_Access_Tokens', ref: '' },
            },
          ],
        },
      })
    },
  ),
  minting.documented(
    'no-credentials',
    android('RosettaBadRequestResponsePayload.kt'),
    'Without Authorization it says that there are no credentials.',
    async (api) => {
      const answer = await api.send('POST', path)
      expectAnswer(answer, { status: [401, 403] })
      if (!answer.text.includes('Authentication credentials were not provided.'))
        throw unlike(answer, 'the words are others')
    },
  ),
  minting.unknown(
    'no-credentials-envelope',
    android('RosettaBadRequestResponsePayload.kt'),
    'In which envelope: `detail`, or the list.',
    async (api) => {
      const answer = await api.send('POST', path)
      return {
        note: described(answer),
        choice: { missingCredentials: codeOf(answer) === '' ? 'detail' : 'list' },
      }
    },
  ),
  minting.inferred(
    'no-credentials-status',
    upstream.django,
    'Without Authorization it is 401.',
    async (api) => {
      expectAnswer(await api.send('POST', path), { status: 401 })
    },
  ),
  minting.documented(
    'session-cannot-mint',
    docs('docs/authentication-reference'),
    'A session token mints no session token.',
    async (api) => {
      expectAnswer(await api.send('POST', path, { token: await api.sessionToken() }), { status: [401, 403] })
    },
  ),
  minting.inferred('method', upstream.django, 'It is a POST only: 405.', async (api) => {
    expectAnswer(await api.send('GET', path, { token: await api.authenticationToken() }), {
      status: 405,
      headers: { allow: /POST/ },
    })
  }),
  life.documented(
    'fifteen-minutes',
    sessionTokenGuide,
    'A session token lives 15 minutes, then gets 401 expired_session_token.',
    async (api) => {
      const token = await api.newSessionToken()
      await api.advance(15 * MINUTE_MS - 1000)
      expectAnswer(await read(api, token), { status: 404 })
      await api.advance(1000)
      expectAnswer(await read(api, token), {
        status: 401,
        body: listed('expired_session_token', 'This token has expired'),
      })
    },
    'control',
  ),
  life.documented(
    'not-extended',
    sessionTokenGuide,
    'Using a session token does not extend its life.',
    async (api) => {
      const token = await api.newSessionToken()
      for (let minute = 0; minute < 15; minute += 5) {
        expectAnswer(await read(api, token), { status: 404 })
        await api.advance(5 * MINUTE_MS)
      }
      expectAnswer(await read(api, token), { status: 401 })
    },
    'control',
  ),
  life.documented(
    'replay',
    sessionTokenGuide,
    'A new session token goes through where the old one had expired.',
    async (api) => {
      const parent = await api.newAuthenticationToken()
      const token = await api.newSessionToken(parent)
      await api.advance(15 * MINUTE_MS)
      expectAnswer(await read(api, token), { status: 401 })
      expectAnswer(await read(api, await api.newSessionToken(parent)), { status: 404 })
    },
    'control',
  ),
  life.inferred(
    'within-its-parent',
    sessionTokenGuide,
    'A session token does not outlive its authentication token.',
    async (api) => {
      const parent = await api.newAuthenticationToken({ scope: 'pinpad_only', expiration_time: '86400' })
      await api.advance(24 * 60 * MINUTE_MS - 5 * MINUTE_MS)
      const token = await api.newSessionToken(parent)
      await api.advance(5 * MINUTE_MS)
      expectAnswer(await read(api, token), { status: 401 })
    },
    'control',
  ),
  life.documented(
    'parent-expires',
    reference,
    'An expired authentication token mints nothing: 401.',
    async (api) => {
      const parent = await api.newAuthenticationToken({ scope: 'pinpad_only', expiration_time: '86400' })
      await api.advance(24 * 60 * MINUTE_MS)
      expectAnswer(await api.send('POST', path, { token: parent }), { status: 401 })
    },
    'control',
  ),
  life.unknown(
    'client-authentication-token',
    sessionTokenGuide,
    'Whether a browser may use an authentication token.',
    async (api) => {
      const answer = await api.send('GET', unknownCard, {
        token: await api.authenticationToken(),
        headers: { Origin: 'https://shop.example' },
      })
      const isRefused = answer.status === 401 || answer.status === 403
      return {
        note: described(answer),
        choice: { clientAuthenticationTokens: isRefused ? 'reject' : 'accept' },
      }
    },
  ),
]
