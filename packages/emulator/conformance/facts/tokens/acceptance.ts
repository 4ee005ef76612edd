import { codeOf, described, expectAdmitted, expectAnswer, expectRefused } from '../../expect.ts'
import { factsOf, type Fact } from '../../fact.ts'
import { android, docs, ios } from '../../sources.ts'

const { recorded, documented, unknown } = factsOf('4.1')

const matrix = docs('docs/authentication-reference')
const vault = `${android('RosettaPinSubmitter.kt')}, ${ios('Collector.swift')}`

interface Row {
  readonly method: 'GET' | 'POST' | 'PATCH'
  readonly path: string
  readonly source: string
  readonly scope?: string
}

function row(method: Row['method'], path: string, source: string = matrix, scope?: string): Row {
  return { method, path, source, ...(scope === undefined ? {} : { scope }) }
}

/** Endpoints for a merchant's server only. The refs belong to no object. */
const serverOnly: readonly Row[] = [
  row('POST', '/api/session_token/'),
  row('POST', '/api/sessions/', matrix, 'hosted_checkout'),
  row('POST', '/api/capture_sessions/'),
  row('PATCH', '/api/orders/b873fe62dc/'),
  row('POST', '/api/orders/b873fe62dc/cancel/'),
  row('POST', '/api/orders/b873fe62dc/refund_all/'),
  row('POST', '/api/orders/b873fe62dc/refund_by_product/'),
  row('POST', '/api/orders/b873fe62dc/refunds/'),
  row('GET', '/api/orders/b873fe62dc/refunds/'),
  row('GET', '/api/orders/b873fe62dc/refunds/9bf75154be/'),
  row('POST', '/api/orders/b873fe62dc/payments/'),
  row('PATCH', '/api/orders/b873fe62dc/payments/0ddbcda871/'),
  row('POST', '/api/orders/b873fe62dc/payments/0ddbcda871/cancel/'),
  row('PATCH', '/api/payments/0ddbcda871/'),
  row('POST', '/api/payments/0ddbcda871/refunds/'),
  row('GET', '/api/reporting/payouts/', matrix, 'reporting'),
]

type TokenSwitch = 'paymentTokens' | 'paymentMethodTokens'

const overview = `${docs('docs/authentication')} (older overview)`
const payments = `${overview}, ${ios('Sample SampleAPI.swift')}, ${docs('reference/create-a-payment')}`
const payment = '/api/payments/0ddbcda871'

/** Endpoints about whose tokens the documents contradict each other, by the switch that decides it. */
const contradicted: readonly (readonly [TokenSwitch, Row])[] = [
  ['paymentTokens', row('POST', '/api/payments/', payments)],
  ['paymentTokens', row('GET', '/api/payments/?external_order_id=none', payments)],
  ['paymentTokens', row('POST', `${payment}/cancel/`, payments)],
  [
    'paymentTokens',
    row('POST', `${payment}/capture_payment/`, `${overview}, ${docs('reference/capture-a-payment')}`),
  ],
  [
    'paymentTokens',
    row('POST', `${payment}/authorize/`, `${overview}, ${docs('reference/authorize-a-payment')}`),
  ],
  ['paymentMethodTokens', row('PATCH', '/api/payment_methods/e1fff94f29/', `${overview}, ${matrix}`)],
]

/** Endpoints for a customer's checkout as well. */
const checkout: readonly Row[] = [
  row('POST', '/api/payment_methods/', android('TokenizeCardService.kt')),
  row('GET', '/api/payment_methods/e1fff94f29/', android('PaymentMethodService.kt')),
  row('GET', '/api/payments/0ddbcda871/', android('PaymentService.kt')),
  row('GET', '/api/orders/b873fe62dc/'),
  row('POST', '/api/balance_sessions/'),
  row('POST', '/proxy/api/payment_methods/', vault),
  row('POST', '/proxy/api/payment_methods/e1fff94f29/balance/', vault),
  row('POST', '/proxy/api/payments/0ddbcda871/capture/', vault),
  row('POST', '/proxy/api/payments/0ddbcda871/collect_pin/', vault),
]

function nameOf({ method, path }: Row): string {
  return `${method} ${path.replaceAll(/[0-9a-f]{10}/g, '{ref}')}`
}

/** Returns a body that creates nothing. */
function bodyOf({ method }: Row): object | undefined {
  return method === 'GET' ? undefined : {}
}

function opensForServers(each: Row): Fact {
  return documented(
    `authentication token: ${nameOf(each)}`,
    each.source,
    `An authentication token opens ${nameOf(each)}.`,
    async (api) => {
      const token = await api.authenticationToken(each.scope)
      const headers = { 'Idempotency-Key': api.unique() }
      expectAdmitted(await api.send(each.method, each.path, { token, body: bodyOf(each), headers }))
    },
  )
}

export const acceptanceFacts: readonly Fact[] = [
  ...serverOnly.flatMap((each) => [
    documented(
      `session token: ${nameOf(each)}`,
      each.source,
      `A session token does not open ${nameOf(each)}.`,
      async (api) => {
        const token = await api.sessionToken()
        expectRefused(await api.send(each.method, each.path, { token, body: bodyOf(each) }))
      },
    ),
    opensForServers(each),
  ]),
  ...contradicted.flatMap(([name, each]) => [
    unknown(
      `session token: ${nameOf(each)}`,
      each.source,
      `The documents contradict each other about a session token for ${nameOf(each)}.`,
      async (api) => {
        const token = await api.sessionToken()
        const headers = { 'Idempotency-Key': api.unique() }
        const answer = await api.send(each.method, each.path, { token, body: bodyOf(each), headers })
        const isRefused = answer.status === 401 || answer.status === 403
        return { note: described(answer), choice: { [name]: isRefused ? 'authentication' : 'either' } }
      },
    ),
    opensForServers(each),
  ]),
  ...checkout.map((each) =>
    (each.source.startsWith('forage-') ? recorded : documented)(
      `session token: ${nameOf(each)}`,
      each.source,
      `A session token opens ${nameOf(each)}.`,
      async (api) => {
        const token = await api.sessionToken()
        const headers = { 'Idempotency-Key': api.unique() }
        expectAdmitted(await api.send(each.method, each.path, { token, body: bodyOf(each), headers }))
      },
    ),
  ),
  ...[...serverOnly, ...contradicted.map(([, each]) => each), ...checkout].map((each) =>
    documented(`no token: ${nameOf(each)}`, each.source, `${nameOf(each)} requires a token.`, async (api) => {
      expectRefused(await api.send(each.method, each.path, { body: bodyOf(each) }))
    }),
  ),
  unknown(
    'wrong-type',
    matrix,
    'It is undocumented which code a session token gets where only an authentication token opens.',
    async (api) => {
      const options = { token: await api.sessionToken(), body: {} }
      const answer = await api.send('POST', '/api/capture_sessions/', options)
      const code = codeOf(answer)
      const isKnown = code === 'forbidden' || code === 'invalid_token'
      return { note: described(answer), ...(isKnown ? { choice: { wrongTokenType: code } } : {}) }
    },
  ),
  documented('forbidden', docs('reference/errors'), 'A token of another scope is refused.', async (api) => {
    const token = await api.authenticationToken('reporting')
    expectAnswer(await api.send('GET', '/api/payments/0ddbcda871/', { token }), { status: [401, 403] })
  }),
]
