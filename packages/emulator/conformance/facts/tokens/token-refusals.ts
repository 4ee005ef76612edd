import type { Answer, Api } from '../../api.ts'
import { expectAnswer, expectRefused, unlike, type Pattern } from '../../expect.ts'
import { factsOf, type Fact } from '../../fact.ts'
import { docs, upstream } from '../../sources.ts'
import {
  basicCredentials,
  fieldOf,
  grant,
  requestToken,
  revokeIssued,
  sendTokenRequest,
} from './token-request.ts'

const { documented, inferred } = factsOf('2.1')

const reference = docs('reference/create-authentication-token')

function oauthError(error: string): Pattern {
  return { error }
}

const refusals: readonly {
  readonly name: string
  readonly what: string
  readonly error: string
  readonly status: number
  run(api: Api): Promise<Answer>
}[] = [
  {
    name: 'wrong-secret',
    what: 'A token request with a wrong client secret',
    error: 'invalid_client',
    status: 401,
    run: (api) =>
      sendTokenRequest(
        api,
        { Authorization: `Basic ${btoa(`${api.options.clientId}:wrong`)}` },
        new URLSearchParams(grant),
      ),
  },
  {
    name: 'no-credentials',
    what: 'A token request without client credentials',
    error: 'invalid_client',
    status: 401,
    run: (api) => sendTokenRequest(api, {}, new URLSearchParams(grant)),
  },
  {
    name: 'no-grant-type',
    what: 'A token request without grant_type',
    error: 'unsupported_grant_type',
    status: 400,
    run: (api) => sendTokenRequest(api, basicCredentials(api), new URLSearchParams({ scope: 'pinpad_only' })),
  },
  {
    name: 'other-grant-type',
    what: 'A token request with another grant_type',
    error: 'unsupported_grant_type',
    status: 400,
    run: (api) => requestToken(api, { grant_type: 'password' }),
  },
  {
    name: 'json-body',
    what: 'A token request with a JSON body',
    error: 'unsupported_grant_type',
    status: 400,
    run: (api) =>
      sendTokenRequest(
        api,
        { ...basicCredentials(api), 'Content-Type': 'application/json' },
        JSON.stringify(grant),
      ),
  },
  {
    name: 'unknown-scope',
    what: 'A token request with an unknown scope',
    error: 'invalid_scope',
    status: 400,
    run: (api) => requestToken(api, { scope: 'everything' }),
  },
  {
    name: 'repeated-parameter',
    what: 'A token request with a parameter given twice',
    error: 'invalid_request',
    status: 400,
    run: (api) =>
      sendTokenRequest(
        api,
        basicCredentials(api),
        new URLSearchParams([...Object.entries(grant), ['scope', 'reporting']]),
      ),
  },
  {
    name: 'query-parameter',
    what: 'A token request with a parameter in the URL',
    error: 'invalid_request',
    status: 400,
    run: async (api) => {
      const answer = await api.oauth('/o/token/?scope=pinpad_only', grant)
      await revokeIssued(api, answer)
      return answer
    },
  },
]

export const tokenRefusalFacts: readonly Fact[] = [
  ...refusals.map(({ name, what, error, status, run }) =>
    inferred(name, upstream.oauthlib, `${what} is ${status} ${error}.`, async (api) => {
      expectAnswer(await run(api), { status, body: oauthError(error) })
    }),
  ),
  documented('refusal', reference, 'A wrong client secret gets no token.', async (api) => {
    const headers = { Authorization: `Basic ${btoa(`${api.options.clientId}:wrong`)}` }
    const answer = await sendTokenRequest(api, headers, new URLSearchParams(grant))
    expectRefused(answer)
    if (fieldOf(answer, 'access_token') !== undefined) throw unlike(answer, 'the answer has a token')
  }),
  inferred(
    'challenge',
    upstream.oauthlib,
    'invalid_client has a challenge in WWW-Authenticate.',
    async (api) => {
      const answer = await sendTokenRequest(api, {}, new URLSearchParams(grant))
      expectAnswer(answer, { headers: { 'www-authenticate': 'Bearer error="invalid_client"' } })
    },
  ),
]
