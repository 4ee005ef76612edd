import { textField, type Answer, type Api } from '../../api.ts'
import { described, expectAnswer, expectSuccess, listed, messageOf, unlike } from '../../expect.ts'
import { factsOf, type Fact } from '../../fact.ts'
import { captureSession } from '../../hosted.ts'
import { android, docs, ios, upstream } from '../../sources.ts'

const environments = factsOf('1')
const versions = factsOf('1.1')
const contentTypes = factsOf('1.2')

const history = docs('reference/version-history')
const unknownCard = '/api/payment_methods/e1fff94f29/'

async function readUnknownCard(api: Api, headers: Record<string, string> = {}): Promise<Answer> {
  return await api.send('GET', unknownCard, { token: await api.sessionToken(), headers })
}

/** Expects that the request reached the resource, which does not exist. */
async function expectKnown(api: Api, headers: Record<string, string>): Promise<void> {
  expectAnswer(await readUnknownCard(api, headers), { status: 404, body: listed('resource_not_found') })
}

const knownVersions = [
  'default',
  '2023-05-15',
  '2024-01-08',
  '2024-02-15',
  '2024-03-05',
  '2024-05-07',
  '2024-08-30',
  '2025-01-14',
  '2025-05-15',
  '2025-08-04',
]

/** The headers as the SDKs send them. */
const sdkHeaders = {
  'X-Forage-Android-Sdk-Version': '4.2.2',
  'X-Forage-Ios-Sdk-Version': '4.5.1',
  'x-datadog-trace-id': '4412345678901234',
  'X-KEY': '',
  'X-TERMINAL-ID': 'terminal',
}

async function preflight(api: Api, path: string): Promise<Answer> {
  return await api.send('OPTIONS', path, {
    merchant: null,
    headers: {
      Origin: 'https://shop.example',
      'Access-Control-Request-Method': 'POST',
      'Access-Control-Request-Headers':
        'authorization,content-type,merchant-account,idempotency-key,api-version',
    },
  })
}

/** Finds the version by an order, which has no totals since 2025-08-04 and times in UTC since 2024-05-07. */
async function defaultVersion(api: Api): Promise<'default' | '2024-05-07' | '2025-08-04'> {
  const ref = textField(await captureSession(api), 'ref')
  const token = await api.authenticationToken()
  const order = await api.send('GET', `/api/orders/${ref}/`, { token })
  expectSuccess(order)
  if (!('snap_total' in (order.body as object))) return '2025-08-04'
  return /(Z|\+00:00)$/.test(textField(order, 'expires_at')) ? '2024-05-07' : 'default'
}

async function expectPreflight(api: Api, path: string): Promise<void> {
  const answer = await preflight(api, path)
  expectSuccess(answer)
  expectAnswer(answer, {
    headers: {
      'access-control-allow-origin': /^(\*|https:\/\/shop\.example)$/,
      'access-control-allow-methods': /POST/,
      'access-control-allow-headers':
        /^(?=.*authorization)(?=.*merchant-account)(?=.*idempotency-key)(?=.*api-version)/i,
    },
  })
}

/** An order that does not exist. */
const order = '/api/orders/b873fe62dc'

export const headerFacts: readonly Fact[] = [
  environments.documented(
    'oauth-outside-api',
    docs('reference/create-authentication-token'),
    'OAuth is under /o/ and not under /api/.',
    async (api) => {
      const answer = await api.oauth('/api/o/token/', {
        grant_type: 'client_credentials',
        scope: 'pinpad_only',
      })
      expectAnswer(answer, { status: [401, 403, 404, 405] })
    },
  ),
  environments.documented(
    'api-prefix',
    docs('reference/create-session-token'),
    'Session tokens are minted under /api/ and not at /session_token/.',
    async (api) => {
      const token = await api.authenticationToken()
      expectAnswer(await api.send('POST', '/session_token/', { token }), { status: [401, 403, 404, 405] })
      expectSuccess(await api.send('POST', '/api/session_token/', { token }))
    },
  ),
  environments.inferred(
    'trailing-slash',
    upstream.django,
    'A POST without the trailing slash fails.',
    async (api) => {
      const answer = await api.send('POST', '/api/session_token', { token: await api.authenticationToken() })
      if (answer.status < 300) throw unlike(answer, 'the request succeeds')
      return { note: `as guessed: ${described(answer)}` }
    },
  ),
  environments.unknown(
    'missing-slash',
    `${docs('docs/authentication')}, ${android('failed_get_refund.json')}, ${upstream.django}`,
    'Two documented paths have no last slash. It is undocumented what they get.',
    async (api) => {
      const token = await api.authenticationToken()
      const headers = { 'Idempotency-Key': api.unique() }
      const answers = [
        await api.send('GET', `${order}/refunds/9bf75154be`, { token }),
        await api.send('POST', `${order}/payments/0ddbcda871/cancel`, { token, headers, body: {} }),
      ]
      const isRedirected = answers.every(({ status }) => status === 301 || status === 308)
      return {
        note: answers.map(described).join('; '),
        choice: { missingSlash: isRedirected ? 'redirect' : 'reject' },
      }
    },
  ),
  ...[
    '/api/payment_methods/e1fff94f29/',
    '/api/payments/0ddbcda871/',
    `${order}/`,
    `${order}/payments/0ddbcda871/`,
  ].map((path) =>
    environments.unknown(
      `post-update: ${path.replaceAll(/[0-9a-f]{10}/g, '{ref}')}`,
      `${docs('docs/authentication')}, ${docs('docs/authentication-reference')}`,
      'The older list of endpoints updates with POST, the newer one with PATCH.',
      async (api) => {
        const answer = await api.send('POST', path, { token: await api.authenticationToken(), body: {} })
        const postUpdates = answer.status === 405 ? 'reject' : 'accept'
        return { note: described(answer), choice: { postUpdates } }
      },
    ),
  ),
  ...knownVersions.map((version) =>
    versions.documented(`version-${version}`, history, `The API accepts API-Version: ${version}.`, (api) =>
      expectKnown(api, { 'API-Version': version }),
    ),
  ),
  versions.recorded(
    'upper-case',
    android('Headers.kt'),
    'The name API-Version may be in upper case.',
    (api) => expectKnown(api, { 'API-VERSION': '2023-05-15' }),
  ),
  versions.documented('absent', history, 'API-Version may be omitted.', (api) => expectKnown(api, {})),
  versions.documented(
    'nearest-earlier',
    history,
    'A version that the endpoint does not have means the nearest earlier one.',
    (api) => expectKnown(api, { 'API-Version': '2024-02-01' }),
  ),
  versions.unknown(
    'malformed',
    history,
    'The answer to an API-Version that is not a date is undocumented.',
    async (api) => {
      const answer = await readUnknownCard(api, { 'API-Version': 'newest' })
      const isIgnored = answer.status === 404
      return { note: described(answer), choice: { malformedApiVersion: isIgnored ? 'default' : 'reject' } }
    },
  ),
  versions.unknown(
    'default',
    history,
    'The version of a request without API-Version is undocumented.',
    async (api) => {
      const apiDefaultVersion = await defaultVersion(api)
      return { note: apiDefaultVersion, choice: { apiDefaultVersion } }
    },
    'write',
  ),
  contentTypes.recorded(
    'sdk-headers',
    `${android('Headers.kt')}, ${ios('Collector.swift')}`,
    'The API accepts the headers that the SDKs add.',
    (api) => expectKnown(api, sdkHeaders),
  ),
  contentTypes.documented(
    'bearer',
    docs('docs/authentication-reference'),
    'Authorization is `Bearer`, one space and the token.',
    async (api) => {
      const answer = await api.send('GET', unknownCard, {
        headers: { Authorization: `Token ${await api.sessionToken()}` },
      })
      expectAnswer(answer, { status: 401 })
      if (messageOf(answer) === 'This token has expired')
        throw unlike(answer, 'the token of another scheme was read')
      await expectKnown(api, {})
    },
  ),
  contentTypes.inferred(
    'cors-api',
    docs('reference/initialize-forage-js'),
    'A page of any origin may call the API.',
    (api) => expectPreflight(api, '/api/payment_methods/'),
  ),
  contentTypes.inferred(
    'cors-vault',
    docs('reference/initialize-forage-js'),
    'A page of any origin may call the vault.',
    (api) => expectPreflight(api, '/proxy/api/payment_methods/e1fff94f29/balance/'),
  ),
]
