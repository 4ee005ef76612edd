import { textField, type Answer, type Api } from '../../api.ts'
import { Skip } from '../../check-errors.ts'
import { codeOf, described, expectAnswer, expectSuccess, fields, listed, unlike } from '../../expect.ts'
import { factsOf, type Fact } from '../../fact.ts'
import { android, authenticationGuide, docs, upstream } from '../../sources.ts'

const { recorded, documented, inferred, unknown } = factsOf('3.1')

const reference = docs('reference/create-session-token')
const path = '/api/session_token/'
const unknownCard = '/api/payment_methods/e1fff94f29/'
const form = 'application/x-www-form-urlencoded'

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

export const sessionTokenMintingFacts: readonly Fact[] = [
  documented(
    'one-field',
    reference,
    'The answer with a session token has one field, `token`, and no expires_in.',
    async (api) => {
      const answer = await mint(api)
      expectSuccess(answer)
      expectAnswer(answer, { body: fields('token') })
    },
  ),
  unknown(
    'status',
    reference,
    'It is undocumented whether the status of a new session token is 200 or 201.',
    async (api) => {
      const { status } = await mint(api)
      return {
        note: String(status),
        ...(status === 200 || status === 201 ? { choice: { sessionTokenStatus: status } } : {}),
      }
    },
  ),
  documented('works', reference, 'A session token opens the endpoints of a checkout.', async (api) => {
    expectAnswer(await read(api, textField(await mint(api), 'token')), {
      status: 404,
      body: listed('resource_not_found'),
    })
  }),
  documented(
    'never-the-same',
    authenticationGuide,
    'Each request mints a new session token.',
    async (api) => {
      const [one, other] = [await mint(api), await mint(api)]
      if (textField(one, 'token') === textField(other, 'token')) throw unlike(other, 'the token is the same')
    },
  ),
  documented(
    'several-live',
    authenticationGuide,
    'A new session token does not end the previous ones.',
    async (api) => {
      const first = await api.newSessionToken()
      await api.newSessionToken()
      expectAnswer(await read(api, first), { status: 404 })
    },
  ),
  documented('merchant-bare', reference, '`Merchant-Account` may be the Merchant ID.', async (api) => {
    expectSuccess(await mint(api, api.options.merchant))
  }),
  documented(
    'merchant-mid',
    docs('docs/forage-js-quickstart'),
    '`Merchant-Account` may be `mid/` and the Merchant ID.',
    async (api) => {
      expectSuccess(await mint(api, `mid/${api.options.merchant}`))
    },
  ),
  documented(
    'merchant-fns',
    authenticationGuide,
    '`Merchant-Account` may be the FNS number.',
    async (api) => {
      const { fnsNumber } = api.options
      if (fnsNumber === undefined) throw new Skip('FORAGE_FNS_NUMBER is not set')
      expectSuccess(await mint(api, fnsNumber))
    },
  ),
  documented(
    'form-empty',
    docs('docs/forage-js-quickstart'),
    'The body of a session token request may be an empty form.',
    async (api) => {
      expectSuccess(await mint(api, undefined, { 'Content-Type': form, Accept: 'application/json' }, ''))
    },
  ),
  documented(
    'json',
    docs('docs/forage-terminal-android'),
    'The content type of a session token request may be JSON.',
    async (api) => {
      expectSuccess(await mint(api, undefined, { 'Content-Type': 'application/json' }, '{}'))
    },
  ),
  recorded(
    'body-ignored',
    android('SessionTokenRequest.kt'),
    'The body of a session token request is ignored.',
    async (api) => {
      const body = 'grant_type=client_credentials&scope=pinpad_only'
      expectSuccess(await mint(api, undefined, { 'Content-Type': form }, body))
    },
  ),
  documented(
    'merchant-missing',
    docs('reference/errors'),
    'A session token request without `Merchant-Account` is missing_merchant_account.',
    async (api) => {
      expectAnswer(await mint(api, null), {
        status: [400, 401],
        body: listed('missing_merchant_account', 'No merchant account FNS number was provided.', {
          resource: 'Merchant_Account_Header',
        }),
      })
    },
  ),
  unknown(
    'merchant-missing-status',
    android('MessageStatusServiceTest.kt v3.9.0'),
    'It is undocumented whether missing_merchant_account is 400 or 401.',
    async (api) => {
      const { status } = await mint(api, null)
      return {
        note: String(status),
        ...(status === 400 || status === 401 ? { choice: { missingMerchantStatus: status } } : {}),
      }
    },
  ),
  documented(
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
  documented(
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
  recorded(
    'no-credentials',
    android('RosettaBadRequestResponsePayload.kt'),
    'A session token request without Authorization says that no credentials were provided.',
    async (api) => {
      const answer = await api.send('POST', path)
      expectAnswer(answer, { status: [401, 403] })
      if (!answer.text.includes('Authentication credentials were not provided.'))
        throw unlike(answer, 'the words differ')
    },
  ),
  unknown(
    'no-credentials-envelope',
    android('RosettaBadRequestResponsePayload.kt'),
    'It is undocumented whether missing credentials get `detail` or the list envelope.',
    async (api) => {
      const answer = await api.send('POST', path)
      return {
        note: described(answer),
        choice: { missingCredentials: codeOf(answer) === '' ? 'detail' : 'list' },
      }
    },
  ),
  inferred(
    'no-credentials-status',
    upstream.django,
    'A session token request without Authorization is 401.',
    async (api) => {
      expectAnswer(await api.send('POST', path), { status: 401 })
    },
  ),
  documented(
    'session-cannot-mint',
    docs('docs/authentication-reference'),
    'A session token cannot mint another session token.',
    async (api) => {
      expectAnswer(await api.send('POST', path, { token: await api.sessionToken() }), { status: [401, 403] })
    },
  ),
  inferred(
    'method',
    upstream.django,
    'A session token request with a method other than POST is 405.',
    async (api) => {
      expectAnswer(await api.send('GET', path, { token: await api.authenticationToken() }), {
        status: 405,
        headers: { allow: /POST/ },
      })
    },
  ),
]
