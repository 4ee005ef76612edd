import { textField, type Answer, type Api } from '../../api.ts'
import {
  codeOf,
  described,
  expectAnswer,
  expectRefused,
  expectSuccess,
  fields,
  isText,
  unlike,
  type Pattern,
} from '../../expect.ts'
import { factsOf, type Fact } from '../../fact.ts'
import { android, docs, upstream } from '../../sources.ts'

const { documented, inferred, unknown } = factsOf('2.1')

const reference = docs('reference/create-authentication-token')
const tokenShape = /^[a-z]+_[A-Za-z0-9]{30}$/
const scopes = ['accounts', 'hosted_checkout', 'pinpad_only', 'reporting']
const grant = { grant_type: 'client_credentials', scope: 'pinpad_only' }

/** Asks for a token, and gives it back at once. */
async function ask(api: Api, form: Readonly<Record<string, string>> = {}): Promise<Answer> {
  const answer = await api.oauth('/o/token/', { ...grant, ...form })
  await giveBack(api, answer)
  return answer
}

async function giveBack(api: Api, { body }: Answer): Promise<void> {
  const token =
    typeof body === 'object' && body !== null && 'access_token' in body ? body.access_token : undefined
  if (typeof token === 'string') await api.oauth('/o/revoke_token/', { token })
}

async function askRaw(
  api: Api,
  headers: Record<string, string>,
  body?: string | URLSearchParams,
): Promise<Answer> {
  const answer = await api.send('POST', '/o/token/', { merchant: null, headers, body })
  await giveBack(api, answer)
  return answer
}

function credentials({ options }: Api): Record<string, string> {
  return { Authorization: `Basic ${btoa(`${options.clientId}:${options.clientSecret}`)}` }
}

function oauthError(error: string): Pattern {
  return { error }
}

function fieldOf({ body }: Answer, name: string): unknown {
  return typeof body === 'object' && body !== null ? (body as Record<string, unknown>)[name] : undefined
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
    what: 'A wrong client secret',
    error: 'invalid_client',
    status: 401,
    run: (api) =>
      askRaw(
        api,
        { Authorization: `Basic ${btoa(`${api.options.clientId}:wrong`)}` },
        new URLSearchParams(grant),
      ),
  },
  {
    name: 'no-credentials',
    what: 'No client credentials',
    error: 'invalid_client',
    status: 401,
    run: (api) => askRaw(api, {}, new URLSearchParams(grant)),
  },
  {
    name: 'no-grant-type',
    what: 'No grant_type',
    error: 'unsupported_grant_type',
    status: 400,
    run: (api) => askRaw(api, credentials(api), new URLSearchParams({ scope: 'pinpad_only' })),
  },
  {
    name: 'other-grant-type',
    what: 'Another grant_type',
    error: 'unsupported_grant_type',
    status: 400,
    run: (api) => ask(api, { grant_type: 'password' }),
  },
  {
    name: 'json-body',
    what: 'A JSON body',
    error: 'unsupported_grant_type',
    status: 400,
    run: (api) =>
      askRaw(api, { ...credentials(api), 'Content-Type': 'application/json' }, JSON.stringify(grant)),
  },
  {
    name: 'unknown-scope',
    what: 'An unknown scope',
    error: 'invalid_scope',
    status: 400,
    run: (api) => ask(api, { scope: 'everything' }),
  },
  {
    name: 'repeated-parameter',
    what: 'A parameter given twice',
    error: 'invalid_request',
    status: 400,
    run: (api) =>
      askRaw(api, credentials(api), new URLSearchParams([...Object.entries(grant), ['scope', 'reporting']])),
  },
  {
    name: 'query-parameter',
    what: 'A parameter in the URL',
    error: 'invalid_request',
    status: 400,
    run: async (api) => {
      const answer = await api.oauth('/o/token/?scope=pinpad_only', grant)
      await giveBack(api, answer)
      return answer
    },
  },
]

const outOfRange = ['86399', '2592001', '0', '-1', 'soon', '90000.5']

export const oauthFacts: readonly Fact[] = [
  documented(
    'response',
    reference,
    'A token response is 200 with four fields, and no refresh token.',
    async (api) => {
      const answer = await ask(api)
      expectAnswer(answer, { status: 200, body: fields('access_token', 'expires_in', 'token_type', 'scope') })
      expectAnswer(answer, { headers: { 'content-type': /^application\/json/ } })
      expectAnswer(answer, { body: { expires_in: (value) => Number.isInteger(value), scope: 'pinpad_only' } })
    },
  ),
  documented('bearer', reference, 'token_type is `Bearer`.', async (api) => {
    expectAnswer(await ask(api), { body: { token_type: 'Bearer' } })
  }),
  documented(
    'token-shape',
    reference,
    'A token is its environment, `_` and 30 letters or digits.',
    async (api) => {
      expectAnswer(await ask(api), { body: { access_token: tokenShape } })
    },
  ),
  documented('never-the-same', reference, 'Each request gets a token of its own.', async (api) => {
    const [one, other] = [await ask(api), await ask(api)]
    if (textField(one, 'access_token') === textField(other, 'access_token'))
      throw unlike(other, 'the token is the same')
  }),
  ...['86400', '1728000', '2592000'].map((seconds) =>
    documented(`expires-in-${seconds}`, reference, `expiration_time=${seconds} is granted.`, async (api) => {
      expectAnswer(await ask(api, { expiration_time: seconds }), {
        status: 200,
        body: { expires_in: Number(seconds) },
      })
    }),
  ),
  unknown(
    'default-expiration',
    reference,
    'How long a token lives if nothing is asked: 7 days or 10 hours.',
    async (api) => {
      const seconds = Number(fieldOf(await ask(api), 'expires_in'))
      return { note: `${seconds} s`, choice: { defaultAuthenticationTokenSeconds: seconds } }
    },
  ),
  ...outOfRange.map((value) =>
    inferred(
      `expiration-${value}`,
      reference,
      `expiration_time=${value} is a 400 invalid_request.`,
      async (api) => {
        const answer = await ask(api, { expiration_time: value })
        expectAnswer(answer, { status: 400, body: { error: 'invalid_request', error_description: isText } })
      },
    ),
  ),
  documented('default-scope', reference, 'Without a scope it is hosted_checkout.', async (api) => {
    const answer = await api.oauth('/o/token/', { grant_type: 'client_credentials' })
    await giveBack(api, answer)
    expectAnswer(answer, { status: 200, body: { scope: 'hosted_checkout' } })
  }),
  ...scopes.map((scope) =>
    documented(`scope-${scope}`, reference, `The scope ${scope} is granted.`, async (api) => {
      expectAnswer(await ask(api, { scope }), { status: 200, body: { scope } })
    }),
  ),
  documented('several-scopes', reference, 'Scopes are separated by spaces.', async (api) => {
    const answer = await ask(api, { scope: 'pinpad_only reporting' })
    expectAnswer(answer, { status: 200, body: { scope: /^(pinpad_only reporting|reporting pinpad_only)$/ } })
  }),
  inferred(
    'unknown-field',
    android('AccessTokenRequest.kt'),
    'A field that is not known is ignored.',
    async (api) => {
      expectSuccess(await ask(api, { expiration: '60' }))
    },
  ),
  inferred('credentials-in-body', upstream.oauthlib, 'The credentials may be in the body.', async (api) => {
    const { clientId, clientSecret } = api.options
    const form = new URLSearchParams({ ...grant, client_id: clientId, client_secret: clientSecret })
    expectSuccess(await askRaw(api, {}, form))
  }),
  inferred('no-store', upstream.oauthlib, 'A token response is not cached.', async (api) => {
    expectAnswer(await ask(api), { headers: { 'cache-control': /no-store/, pragma: 'no-cache' } })
  }),
  ...refusals.map(({ name, what, error, status, run }) =>
    inferred(name, upstream.oauthlib, `${what} is ${status} ${error}.`, async (api) => {
      expectAnswer(await run(api), { status, body: oauthError(error) })
    }),
  ),
  documented('refusal', reference, 'A wrong client secret gets no token.', async (api) => {
    const headers = { Authorization: `Basic ${btoa(`${api.options.clientId}:wrong`)}` }
    const answer = await askRaw(api, headers, new URLSearchParams(grant))
    expectRefused(answer)
    if (fieldOf(answer, 'access_token') !== undefined) throw unlike(answer, 'there is a token')
  }),
  inferred('challenge', upstream.oauthlib, 'invalid_client comes with a challenge.', async (api) => {
    const answer = await askRaw(api, {}, new URLSearchParams(grant))
    expectAnswer(answer, { headers: { 'www-authenticate': 'Bearer error="invalid_client"' } })
  }),
  ...['hosted_checkout', 'reporting', 'accounts'].map((scope) =>
    inferred(
      `${scope}-mints-nothing`,
      reference,
      `A token of scope ${scope} mints no session token: 403.`,
      async (api) => {
        const token = await api.authenticationToken(scope)
        const answer = await api.send('POST', '/api/session_token/', { token })
        expectAnswer(answer, { status: 403 })
        return { note: `as guessed: ${described(answer)}` }
      },
    ),
  ),
  ...['hosted_checkout', 'reporting', 'accounts'].map((scope) =>
    documented(
      `${scope}-pays-nothing`,
      reference,
      `A token of scope ${scope} does not open payments.`,
      async (api) => {
        const token = await api.authenticationToken(scope)
        expectRefused(await api.send('GET', '/api/payments/0ddbcda871/', { token }))
      },
    ),
  ),
  documented(
    'pinpad-opens-payments',
    reference,
    'A token of scope pinpad_only opens payments.',
    async (api) => {
      const token = await api.authenticationToken()
      const answer = await api.send('GET', '/api/payments/0ddbcda871/', { token })
      if (codeOf(answer) !== 'resource_not_found') throw unlike(answer, 'the token is refused')
    },
  ),
  ...[
    { scope: 'hosted_checkout', method: 'POST', path: '/api/sessions/' },
    { scope: 'reporting', method: 'GET', path: '/api/reporting/payouts/' },
    { scope: 'accounts', method: 'POST', path: '/api/accounts/merchants/onboarding_session/' },
  ].flatMap(({ scope, method, path }) => [
    documented(
      `${scope}-opens`,
      reference,
      `A token of scope ${scope} opens ${method} ${path}.`,
      async (api) => {
        const body = method === 'POST' ? {} : undefined
        const answer = await api.send(method, path, { token: await api.authenticationToken(scope), body })
        if (![200, 201, 400].includes(answer.status)) throw unlike(answer, 'it is not opened')
      },
      // A POST may be content with an empty body.
      method === 'POST' ? 'write' : undefined,
    ),
    documented(
      `only-${scope}-opens`,
      reference,
      `A token of scope pinpad_only does not open ${method} ${path}.`,
      async (api) => {
        const body = method === 'POST' ? {} : undefined
        expectRefused(await api.send(method, path, { token: await api.authenticationToken(), body }))
      },
    ),
  ]),
  documented(
    'thousand-tokens',
    docs('docs/authentication-reference'),
    '1000 tokens may be alive at a time.',
    async (api) => {
      await api.advance(31 * 24 * 60 * 60 * 1000)
      for (let count = 0; count < 1000; count += 1) expectSuccess(await api.oauth('/o/token/', grant))
    },
    'control',
  ),
  unknown(
    'token-cap',
    docs('docs/authentication-reference'),
    'What the request for the 1001st token gets: a refusal, or the oldest one’s place.',
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
        note: isEvicted ? 'the oldest one is evicted' : 'there is no cap',
        ...(isEvicted ? { choice: { tokenCap: 'evict' } } : {}),
      }
    },
    'control',
  ),
]
