import { codeOf, described, expectAnswer, expectRefused, unlike } from '../../expect.ts'
import { factsOf, type Fact } from '../../fact.ts'
import { docs } from '../../sources.ts'
import { requestToken, revokeIssued } from './token-request.ts'

const { documented, inferred } = factsOf('2.1')

const reference = docs('reference/create-authentication-token')
const scopes = ['accounts', 'hosted_checkout', 'pinpad_only', 'reporting']

export const scopeFacts: readonly Fact[] = [
  documented(
    'default-scope',
    reference,
    'A token request without a scope gets hosted_checkout.',
    async (api) => {
      const answer = await api.oauth('/o/token/', { grant_type: 'client_credentials' })
      await revokeIssued(api, answer)
      expectAnswer(answer, { status: 200, body: { scope: 'hosted_checkout' } })
    },
  ),
  ...scopes.map((scope) =>
    documented(`scope-${scope}`, reference, `The scope ${scope} is granted.`, async (api) => {
      expectAnswer(await requestToken(api, { scope }), { status: 200, body: { scope } })
    }),
  ),
  documented('several-scopes', reference, 'Scopes are separated by spaces.', async (api) => {
    const answer = await requestToken(api, { scope: 'pinpad_only reporting' })
    expectAnswer(answer, { status: 200, body: { scope: /^(pinpad_only reporting|reporting pinpad_only)$/ } })
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
        if (![200, 201, 400].includes(answer.status)) throw unlike(answer, 'the token is refused')
      },
      // A POST may accept an empty body.
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
]
