import type { Answer, Api } from '../../api.ts'
import { Mismatch, Skip } from '../../check-errors.ts'
import { described, expectAnswer, isText, unlike, type Pattern } from '../../expect.ts'
import { factsOf, type Fact } from '../../fact.ts'

const { documented, inferred, unknown } = factsOf('8')

const guide = 'docs.quidkey.com/guides/payment-api/concepts/authentication'
const errors = 'docs.quidkey.com/guides/payment-api/concepts/errors'
const issue = 'docs.quidkey.com/api-reference/auth/issue-a-new-access-token'
const refreshReference = 'docs.quidkey.com/api-reference/auth/refresh-an-existing-access-token'

const DAY_MS = 24 * 60 * 60 * 1000
const unknownLink = '/api/v1/payment-links/00000000-0000-4000-8000-000000000000'

interface Tokens {
  readonly access_token: string
  readonly refresh_token: string
  readonly expires_in: number
}

const seconds = (value: unknown): boolean => Number.isInteger(value) && Number(value) > 0

async function post(api: Api, path: string, body: object): Promise<Answer> {
  return await api.send('POST', path, { merchant: null, body })
}

/** Requests tokens with the client's credentials, changed by `fields`. */
async function requestTokens(api: Api, fields: Readonly<Record<string, unknown>> = {}): Promise<Answer> {
  const { quidkey } = api.options
  if (!quidkey) throw new Skip('QUIDKEY_URL is not set')
  const { clientId: client_id, clientSecret: client_secret } = quidkey
  const body = { grant_type: 'client_credentials', client_id, client_secret, ...fields }
  return await post(api, '/api/v1/oauth2/token', body)
}

async function tokens(api: Api): Promise<Tokens> {
  const answer = await requestTokens(api)
  expectAnswer(answer, {
    status: 200,
    body: { success: true, data: { access_token: isText, refresh_token: isText, expires_in: seconds } },
  })
  return (answer.body as { data: Tokens }).data
}

async function refresh(api: Api, refresh_token: string): Promise<Answer> {
  return await post(api, '/api/v1/oauth2/refresh', { refresh_token })
}

/** Reads a payment link with this access token, or without a token. */
async function readLink(api: Api, token?: string): Promise<Answer> {
  if (!api.options.quidkey) throw new Skip('QUIDKEY_URL is not set')
  return await api.send('GET', unknownLink, { merchant: null, ...(token === undefined ? {} : { token }) })
}

function refusal(code: Pattern): Pattern {
  return { success: false, error: { code, message: isText } }
}

export const quidkeyFacts: readonly Fact[] = [
  documented(
    'token',
    guide,
    'Quidkey’s tokens are in an envelope with `success` and `data`.',
    async (api) => {
      expectAnswer(await requestTokens(api), {
        status: 200,
        headers: { 'content-type': /^application\/json/ },
        body: {
          success: true,
          data: { access_token: isText, refresh_token: isText, token_type: 'Bearer', expires_in: seconds },
        },
      })
    },
  ),
  unknown(
    'expires-in',
    guide,
    'It is undocumented whether Quidkey’s access token lives 900 or 3600 seconds.',
    async (api) => {
      const { expires_in } = await tokens(api)
      const isKnown = expires_in === 900 || expires_in === 3600
      return {
        note: `${expires_in} s`,
        ...(isKnown ? { choice: { quidkeyExpiresInSeconds: expires_in } } : {}),
      }
    },
  ),
  documented('wrong-secret', errors, 'A wrong client secret is 401 at Quidkey.', async (api) => {
    expectAnswer(await requestTokens(api, { client_secret: 'wrong' }), { status: 401, body: refusal(isText) })
  }),
  documented(
    'no-client',
    errors,
    'A Quidkey token request without a client_id is 400 VALIDATION_ERROR.',
    async (api) => {
      expectAnswer(await requestTokens(api, { client_id: undefined }), {
        status: 400,
        body: refusal('VALIDATION_ERROR'),
      })
    },
  ),
  unknown(
    'no-grant-type',
    issue,
    'It is undocumented whether a Quidkey token request may omit grant_type.',
    async (api) => {
      const answer = await requestTokens(api, { grant_type: undefined })
      const isOptional = answer.status === 200
      return {
        note: isOptional ? 'it may be omitted' : described(answer),
        choice: { quidkeyGrantType: isOptional ? 'optional' : 'required' },
      }
    },
  ),
  documented('refresh', guide, 'A refresh token of Quidkey gets another access token.', async (api) => {
    const { access_token: first, refresh_token: kept } = await tokens(api)
    const answer = await refresh(api, kept)
    expectAnswer(answer, {
      status: 200,
      body: { success: true, data: { access_token: isText, expires_in: seconds } },
    })
    const { access_token: second } = (answer.body as { data: Tokens }).data
    if (second === first) throw new Mismatch('the access token is the same')
  }),
  unknown(
    'refresh-token',
    refreshReference,
    'It is undocumented whether a refresh also returns another refresh token.',
    async (api) => {
      const { refresh_token: kept } = await tokens(api)
      const answer = await refresh(api, kept)
      const { refresh_token: next = kept } = (answer.body as { data: Partial<Tokens> }).data
      const quidkeyRefreshToken = next === kept ? 'kept' : 'rotated'
      return { note: quidkeyRefreshToken, choice: { quidkeyRefreshToken } }
    },
  ),
  documented('unknown-refresh-token', errors, 'An unknown refresh token is 401 at Quidkey.', async (api) => {
    await tokens(api)
    expectAnswer(await refresh(api, 'none'), { status: 401, body: refusal(isText) })
  }),
  documented(
    'opens',
    errors,
    'An access token opens Quidkey’s API, which answers 404 for an unknown link.',
    async (api) => {
      const { access_token: token } = await tokens(api)
      expectAnswer(await readLink(api, token), { status: 404, body: refusal(isText) })
    },
  ),
  documented('no-token', errors, 'A Quidkey request without an access token is 401.', async (api) => {
    expectAnswer(await readLink(api), { status: 401, body: refusal(/^(NO_TOKEN|UNAUTHORIZED)$/) })
  }),
  documented('invalid-token', errors, 'An access token that Quidkey never issued is 401.', async (api) => {
    expectAnswer(await readLink(api, 'none'), {
      status: 401,
      body: refusal(/^(INVALID_TOKEN|UNAUTHORIZED)$/),
    })
  }),
  documented(
    'access-token-ends',
    guide,
    'An access token of Quidkey expires after `expires_in`, and its refresh token does not.',
    async (api) => {
      const { access_token: token, refresh_token: kept, expires_in } = await tokens(api)
      await api.advance(expires_in * 1000)
      expectAnswer(await readLink(api, token), { status: 401, body: refusal(isText) })
      expectAnswer(await refresh(api, kept), { status: 200, body: { success: true } })
    },
    'control',
  ),
  documented(
    'refresh-token-ends',
    guide,
    'A refresh token of Quidkey expires after 24 hours.',
    async (api) => {
      const { refresh_token: kept } = await tokens(api)
      await api.advance(DAY_MS)
      expectAnswer(await refresh(api, kept), { status: 401, body: refusal(isText) })
    },
    'control',
  ),
  inferred(
    'does-not-slide',
    guide,
    'The 24 hours of a refresh token count from its first issue, however often it is used.',
    async (api) => {
      const { refresh_token: first } = await tokens(api)
      await api.advance(DAY_MS / 2)
      const answer = await refresh(api, first)
      const { refresh_token: next = first } = (answer.body as { data: Partial<Tokens> }).data
      await api.advance(DAY_MS / 2)
      const late = await refresh(api, next)
      if (late.status !== 401) throw unlike(late, 'the refresh token is not refused')
    },
    'control',
  ),
]
