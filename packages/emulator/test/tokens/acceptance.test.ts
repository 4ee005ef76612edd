import { beforeAll, describe, expect, test } from 'vitest'

import { endpoints } from '../support/documented.ts'
import { basic, createMerchant, type Answer, type Merchant } from '../support/merchant.ts'

/**
 * The token that each endpoint accepts, written by hand from the docs and not from the emulator's own table. `[A]`:
 * "authentication token required" in docs.joinforage.app/docs/authentication-reference and the authentication guide.
 * `[S]`: allowed with a session token in the session-token guide. `[SDK]`: called with a session token by
 * forage-android-sdk or forage-ios-sdk. `[scope]`: the use of each scope in
 * docs.joinforage.app/reference/create-authentication-token. `[?]`: undocumented, so the stricter guess.
 */
const matrix: readonly (readonly [operation: string, opens: 'authentication' | 'either', scope: string])[] = [
  ['POST /api/session_token/', 'authentication', 'pinpad_only'], // [A]
  ['POST /api/sessions/', 'authentication', 'hosted_checkout'], // [A] [scope]
  ['POST /api/capture_sessions/', 'authentication', 'pinpad_only'], // [A]
  ['POST /api/balance_sessions/', 'either', 'pinpad_only'], // [S]
  ['GET /api/balance_sessions/:ref/', 'either', 'pinpad_only'], // [S]
  ['GET /api/orders/:ref/', 'either', 'pinpad_only'], // [S]
  ['PATCH /api/orders/:ref/', 'authentication', 'pinpad_only'], // [A]
  ['POST /api/orders/:ref/', 'authentication', 'pinpad_only'], // [A], the older list
  ['POST /api/orders/:ref/cancel/', 'authentication', 'pinpad_only'], // [A]
  ['POST /api/orders/:ref/refund_all/', 'authentication', 'pinpad_only'], // [A]
  ['POST /api/orders/:ref/refund_by_product/', 'authentication', 'pinpad_only'], // [A]
  ['GET /api/orders/:ref/refunds/', 'authentication', 'pinpad_only'], // [A]
  ['POST /api/orders/:ref/refunds/', 'authentication', 'pinpad_only'], // [A]
  ['GET /api/orders/:ref/refunds/:ref/', 'authentication', 'pinpad_only'], // [A]
  ['GET /api/orders/:ref/payments/', 'authentication', 'pinpad_only'], // [?]
  ['POST /api/orders/:ref/payments/', 'authentication', 'pinpad_only'], // [A]
  ['GET /api/orders/:ref/payments/:ref/', 'authentication', 'pinpad_only'], // [?]
  ['PATCH /api/orders/:ref/payments/:ref/', 'authentication', 'pinpad_only'], // [A]
  ['POST /api/orders/:ref/payments/:ref/', 'authentication', 'pinpad_only'], // [A], the older list
  ['POST /api/orders/:ref/payments/:ref/cancel/', 'authentication', 'pinpad_only'], // [A]
  ['POST /api/payment_methods/', 'either', 'pinpad_only'], // [S] [SDK]
  ['GET /api/payment_methods/:ref/', 'either', 'pinpad_only'], // [S] [SDK]
  ['PATCH /api/payment_methods/:ref/', 'authentication', 'pinpad_only'], // [A], but [S] has it, too
  ['POST /api/payment_methods/:ref/', 'authentication', 'pinpad_only'], // [A], the older list
  ['GET /api/state_card_details/', 'either', 'pinpad_only'], // reference/retrieve-state-card-details
  ['DELETE /api/payment_methods/:ref/', 'authentication', 'pinpad_only'], // [?]
  // The documents contradict each other about five operations of payments: the switch `paymentTokens`.
  ['POST /api/payments/', 'authentication', 'pinpad_only'], // [A]
  ['GET /api/payments/', 'authentication', 'pinpad_only'], // [?]
  ['GET /api/payments/:ref/', 'either', 'pinpad_only'], // [SDK]
  ['PATCH /api/payments/:ref/', 'authentication', 'pinpad_only'], // [A]
  ['POST /api/payments/:ref/', 'authentication', 'pinpad_only'], // [A], the older list
  ['POST /api/payments/:ref/cancel/', 'authentication', 'pinpad_only'], // [?]
  ['POST /api/payments/:ref/capture_payment/', 'authentication', 'pinpad_only'], // [A]
  ['POST /api/payments/:ref/capture-sync/', 'authentication', 'pinpad_only'], // [?]
  ['POST /api/payments/:ref/collect_pin_backend/', 'authentication', 'pinpad_only'], // [?]
  ['POST /api/payments/:ref/authorize/', 'authentication', 'pinpad_only'], // [?]
  ['POST /api/payments/:ref/void/', 'authentication', 'pinpad_only'], // [?]
  ['POST /api/payments/:ref/refunds/', 'authentication', 'pinpad_only'], // [A]
  ['GET /api/payments/:ref/refunds/', 'authentication', 'pinpad_only'], // [?]
  ['GET /api/payments/:ref/refunds/:ref/', 'authentication', 'pinpad_only'], // [?]
  ['POST /api/payments/:ref/refunds/:ref/void/', 'authentication', 'pinpad_only'], // [?]
  ['GET /api/reporting/transactions/', 'authentication', 'reporting'], // [A] [scope]
  ['GET /api/reporting/payouts/', 'authentication', 'reporting'], // [A] [scope]
  ['GET /api/reporting/orders/', 'authentication', 'reporting'], // [A] [scope]
  ['GET /api/reporting/payouts/:ref/transactions/', 'authentication', 'reporting'], // [A] [scope]
  ['POST /api/accounts/merchants/onboarding_session/', 'authentication', 'accounts'], // [scope]
  ['POST /proxy/api/payment_methods/', 'either', 'pinpad_only'], // [SDK]
  ['POST /proxy/api/payment_methods/:ref/balance/', 'either', 'pinpad_only'], // [SDK]
  ['POST /proxy/api/payments/:ref/capture/', 'either', 'pinpad_only'], // [SDK]
  ['POST /proxy/api/payments/:ref/collect_pin/', 'either', 'pinpad_only'], // [SDK]
]

const allScopes = ['accounts', 'hosted_checkout', 'pinpad_only', 'reporting']

/** Ignores the names of path parameters, which differ by file. */
const shape = (operation: string): string => operation.replaceAll(/:\w+/g, ':ref')
const bearing = endpoints.filter(({ security }) => security === 'authentication' || security === 'either')
const mounted = new Set(bearing.map(({ method, path }) => shape(`${method} ${path}`)))

function isMounted([operation]: (typeof matrix)[number]): boolean {
  return mounted.has(shape(operation))
}

/** Merchants with tokens of every kind. The strict one refuses a browser's authentication token. */
interface Merchants {
  readonly merchant: Merchant
  readonly strict: Merchant
  readonly tokens: Readonly<Record<string, string>>
  readonly strictTokens: Readonly<Record<string, string>>
}

let merchants: Merchants

beforeAll(async () => {
  const merchant = createMerchant()
  const strict = createMerchant({ switches: { clientAuthenticationTokens: 'reject' } })
  const [tokens, strictTokens] = [await mintTokens(merchant), await mintTokens(strict)]
  merchants = { merchant, strict, tokens, strictTokens }
})

async function mintTokens(merchant: Merchant): Promise<Record<string, string>> {
  const expired = await merchant.sessionToken()
  merchant.emulator.control.expireSessionTokens()
  const revoked = await merchant.authenticationToken()
  const orphan = await merchant.sessionToken(revoked)
  const headers = { Authorization: basic(merchant.emulator) }
  const body = new URLSearchParams({ token: revoked })
  await merchant.send('/o/revoke_token/', { method: 'POST', headers, body })
  const live = await merchant.sessionToken()
  const tokens: Record<string, string> = { expired, revoked, orphan, live }
  for (const scope of allScopes) tokens[scope] = await merchant.authenticationToken({ scope })
  tokens['every scope'] = await merchant.authenticationToken({ scope: allScopes.join(' ') })
  return tokens
}

function request(merchant: Merchant, operation: string, headers: Record<string, string>): Promise<Answer> {
  const [method = '', path = ''] = operation.split(' ')
  return merchant.send(path.replaceAll(/:\w+/g, '0ddbcda871'), { method, headers })
}

const bearer = (token = ''): Record<string, string> => ({ Authorization: `Bearer ${token}` })

/** Returns `open` if the token is accepted. An error can still be about the merchant, the ref or the body. */
function verdict({ status, body }: Answer): string {
  const { errors = [] } = body as { errors?: { code: string; source?: { resource: string } }[] }
  const unrouted = errors[0]?.source?.resource === 'Paths'
  if (!unrouted && [200, 201, 204, 400, 404, 415].includes(status)) return 'open'
  return `${status} ${errors[0]?.code ?? JSON.stringify(body)}`
}

const vaultEnvelope = {
  code: 401,
  description: 'authorization header malformed',
  name: 'auth_header_malformed',
}

function listed(operation: string, code: string, message: string, resource: string): object {
  // The vault relays the API's answer, whose path has no `/proxy`.
  const path = operation
    .split(' ')[1]
    ?.replaceAll(/:\w+/g, '0ddbcda871')
    .replace(/^\/proxy/, '')
  return { path, errors: [{ code, message, source: { resource, ref: '' } }] }
}

const invalid = (operation: string): object => ({
  status: 401,
  body: listed(operation, 'invalid_token', 'Incorrect authentication credentials.', 'OAuth_Access_Tokens'),
})

test('every endpoint that requires a token has a row in the matrix', () => {
  const known = new Set(matrix.map(([operation]) => shape(operation)))
  expect([...mounted].filter((operation) => !known.has(operation))).toEqual([])
})

// Rows of endpoints that are not emulated yet are skipped.
describe.each(matrix.filter(isMounted))('%s (%s, %s)', (operation, opens, scope) => {
  const inVault = operation.includes(' /proxy/')

  test.each([
    ['no token', {}],
    ['another scheme', { Authorization: 'Token abc' }],
    ['Basic credentials', { Authorization: `Basic ${btoa('a:b')}` }],
    ['a scheme without a token', { Authorization: 'Bearer' }],
    ['two tokens', { Authorization: 'Bearer abc def' }],
  ])('an endpoint rejects a request with %s', async (_what, headers) => {
    const { status, body } = await request(merchants.merchant, operation, headers)
    const detail = { detail: 'Authentication credentials were not provided.' }
    expect({ status, body }).toEqual({ status: 401, body: inVault ? vaultEnvelope : detail })
  })

  test('an unknown token, a revoked one and the session token of a revoked one are invalid_token', async () => {
    const { merchant, tokens } = merchants
    for (const token of ['sandbox_unknown', tokens['revoked'], tokens['orphan']])
      expect(await request(merchant, operation, bearer(token))).toMatchObject(invalid(operation))
  })

  test('an expired session token is expired_session_token', async () => {
    const answer = await request(merchants.merchant, operation, bearer(merchants.tokens['expired']))
    const body = listed(operation, 'expired_session_token', 'This token has expired', 'Session_Token')
    expect(answer).toMatchObject({ status: 401, body })
  })

  test('a session token opens only an endpoint for checkouts', async () => {
    const answer = await request(merchants.merchant, operation, bearer(merchants.tokens['live']))
    expect(verdict(answer)).toBe(opens === 'either' ? 'open' : '403 forbidden')
  })

  test.each(allScopes)(
    'an authentication token of the scope %s opens only an endpoint of that scope',
    async (given) => {
      const answer = await request(merchants.merchant, operation, bearer(merchants.tokens[given]))
      expect(verdict(answer)).toBe(given === scope ? 'open' : '403 forbidden')
    },
  )

  test('an authentication token with every scope opens the endpoint', async () => {
    const answer = await request(merchants.merchant, operation, bearer(merchants.tokens['every scope']))
    expect(verdict(answer)).toBe('open')
  })

  test('an authentication token in a browser is accepted or refused as `clientAuthenticationTokens` says', async () => {
    const { merchant, strict, tokens, strictTokens } = merchants
    const Origin = 'https://shop.example'
    expect(verdict(await request(merchant, operation, { ...bearer(tokens[scope]), Origin }))).toBe('open')
    const answer = await request(strict, operation, { ...bearer(strictTokens[scope]), Origin })
    expect(verdict(answer)).toBe('403 forbidden')
    expect(verdict(await request(strict, operation, bearer(strictTokens[scope])))).toBe('open')
  })
})
