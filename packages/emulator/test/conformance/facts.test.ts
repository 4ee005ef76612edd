import { describe, expect, test } from 'vitest'

import { isCertain } from '../../conformance/fact.ts'
import { facts } from '../../conformance/facts.ts'
import { jsonReport, textReport } from '../../conformance/report.ts'
import { runFact, runFacts } from '../../conformance/run-facts.ts'
import type { Switches } from '../../src/index.ts'
import { factOf, tamperedApi, withBody, withField, withText, type Tampering } from './tampering.ts'

const certain = facts.filter(isCertain)

test('every fact has a unique id, a source and a sentence', () => {
  expect(new Set(facts.map(({ id }) => id)).size).toBe(facts.length)
  for (const { id, source, what } of facts) {
    expect(id).toMatch(/^\d(\.\d)?\/\S/)
    expect(source).toMatch(/\S{6}/)
    expect(what).toMatch(/\.$/)
  }
})

describe('the emulator', () => {
  const { api } = tamperedApi()

  test.each(facts)('the emulator conforms to $id: $what', async (fact) => {
    const result = await runFact(fact, api, true)
    expect(result).toMatchObject({ status: isCertain(fact) ? 'pass' : 'inferred' })
    expect(result.note ?? '').not.toMatch(/^not as guessed/)
  })
})

describe('a wrong server', () => {
  const gatewayPage: Tampering['change'] = () => ({ status: 502, body: '<html>Bad Gateway</html>' })
  const emptyAnswer: Tampering['change'] = () => ({ status: 200, body: {} })

  // The last answer decides the fact, unless it only revokes a token. If that answer is wrong, the fact may not pass.
  test.each(certain)('$id fails for a server that changes the deciding answer', async (fact) => {
    const right = tamperedApi()
    await runFact(fact, right.api, true)
    const last = right.paths.findLastIndex((path) => path !== '/o/revoke_token/')
    const results = []
    for (const change of [gatewayPage, emptyAnswer]) {
      const wrong = tamperedApi({ strikes: ({ count }) => count === last, change })
      results.push((await runFact(fact, wrong.api, true)).status)
    }
    expect(results).toContain('fail')
  })

  const withStatus =
    (status: number): Tampering['change'] =>
    () => ({ status })

  test.each<[string, string, RegExp, Tampering['change']]>([
    [
      'a different lifetime than requested',
      '2.1/expires-in-1728000',
      /token\/$/,
      withField('expires_in', 36_000),
    ],
    ['a refresh token', '2.1/response', /^\/o\/token/, withField('refresh_token', 'sandbox_refresh')],
    ['a shorter token', '2.1/token-shape', /^\/o\/token/, withField('access_token', 'sandbox_short')],
    ['lower case', '2.1/bearer', /^\/o\/token/, withField('token_type', 'bearer')],
    ['another default scope', '2.1/default-scope', /^\/o\/token/, withField('scope', 'pinpad_only')],
    ['a revocation without credentials', '2.2/needs-client', /revoke_token/, withStatus(200)],
    ['an expires_in', '3.1/one-field', /session_token/, withField('expires_in', 900)],
    [
      'other words',
      '3.1/merchant-missing',
      /session_token/,
      withText('No merchant account FNS', 'No merchant account'),
    ],
    [
      'another resource',
      '3.1/invalid-token',
      /session_token/,
      withText('OAuth_Access_Tokens', 'Session_Token'),
    ],
    [
      'another code',
      '3.1/merchant-unknown',
      /session_token/,
      withText('invalid_merchant_account', 'invalid_input_data'),
    ],
    [
      'a 403 for an expired token',
      '3.2/fifteen-minutes',
      /payment_methods/,
      ({ status }) => ({ status: status === 401 ? 403 : status }),
    ],
    [
      'the code of another rejection',
      '4.3/expired',
      /payment_methods/,
      withText('expired_session_token', 'invalid_token'),
    ],
    ['a fourth segment', '3.3/segments', /session_token/, withText('"}', '.AAAA"}')],
    ['another environment', '3.3/environment', /session_token/, withText('sandbox_', 'prod_')],
    ['half a signature', '3.3/mac', /session_token/, withText(/.{20}"\}/g, '"}')],
    ['the API’s envelope', '4.2/vault-no-token', /^\/proxy/, () => ({ body: { detail: 'no' } })],
    ['another number of digits', '4.4/card-number: 15 digits', /payment_methods/, withText('16-19', '16-18')],
    ['a message without the FNS number', '4.4/unknown-payment', /payments/, withText(/with FNS \d+/g, '')],
    [
      'one token for three',
      '5.1/three-tokens',
      /payment_methods/,
      withText(/"tok_[^"]*"/g, '"tok_sandbox_one"'),
    ],
    ['cash for non_snap', '5.1/balance', /balance/, withText('non_snap', 'cash')],
    ['a number for a decimal', '5.2/decimals', /payments/, withText('"20.00"', '20')],
    ['an hour', '5.2/expires-at', /payments/, withField('expires_at', '2026-01-15T13:00:00Z')],
    ['pending', '5.2/create', /payments/, withField('status', 'pending')],
    ['no receipt', '5.2/receipt', /capture/, withField('receipt', null)],
    [
      'a new payment for the same key',
      '5.6/same',
      /payments/,
      withBody((body) => ({ ...body, ref: crypto.randomUUID() })),
    ],
    ['other words', '5.6/changed', /payments/, withText('slightly different', 'different')],
    ['another decline', '6/capture-43', /capture/, withText('ebt_error_43', 'ebt_error_41')],
    ['a declined capture that is 200', '6/capture-14', /capture/, withStatus(200)],
    ['cash', '6/no-cash', /balance/, withText('"0.00"', '"1000.00"')],
    ['no details', '6/too-much', /capture/, withText('snap_balance', 'snap')],
    ['403', '5.7/too-many', /payment_methods/, ({ status }) => ({ status: status === 429 ? 403 : status })],
  ])('a server that answers with %s fails the fact %s', async (_, id, path, change) => {
    const right = await runFact(factOf(id), tamperedApi().api, true)
    expect(right).toMatchObject({ status: 'pass' })
    const { api } = tamperedApi({ strikes: (request) => path.test(request.path), change })
    expect(await runFact(factOf(id), api, true)).toMatchObject({
      status: 'fail',
      note: expect.stringMatching(/\S/),
    })
  })
})

describe('facts that are inferred or unknown', () => {
  /** Facts that send a thousand requests, and the only switch that each is tested with. */
  const costly: Readonly<Record<string, string>> = {
    '2.1/token-cap': 'tokenCap',
    '5.7/retry-after': 'retryAfter',
  }

  test.each<Partial<Switches>>([
    { tokenFormat: 'jwt' },
    { tokenFormat: 'jwt-without-iat' },
    { tokenFormat: 'signed' },
    { tokenCap: 'evict' },
    { tokenCap: 'reject' },
    { wrongTokenType: 'invalid_token' },
    { wrongTokenType: 'forbidden' },
    { clientAuthenticationTokens: 'reject' },
    { clientAuthenticationTokens: 'accept' },
    { paymentTokens: 'either' },
    { paymentTokens: 'authentication' },
    { paymentMethodTokens: 'either' },
    { paymentMethodTokens: 'authentication' },
    { postUpdates: 'reject' },
    { postUpdates: 'accept' },
    { missingSlash: 'reject' },
    { missingSlash: 'redirect' },
    { stateCardsPath: '/api/state_card_details/' },
    { defaultAuthenticationTokenSeconds: 36_000 },
    { missingMerchantStatus: 401 },
    { missingMerchantStatus: 400 },
    { missingCredentials: 'list' },
    { missingCredentials: 'detail' },
    { challenge: 'absent' },
    { challenge: 'bearer' },
    { vaultTokenRejection: 'vault' },
    { vaultTokenRejection: 'forage' },
    { sessionTokenStatus: 201 },
    { sessionTokenStatus: 200 },
    { missingIdempotencyKey: 'accept' },
    { missingIdempotencyKey: 'reject' },
    { malformedApiVersion: 'default' },
    { malformedApiVersion: 'reject' },
    { retryAfter: 'omit' },
    { retryAfter: 'send' },
    { idempotencyTtlMs: 600_000 },
    { idempotencyTtlMs: 86_400_000 },
    { expiredPaymentStatus: 'failed' },
    { expiredPaymentStatus: 'requires_confirmation' },
    { alteredSessionToken: 'invalid_token' },
    { alteredSessionToken: 'bad_signature' },
    { authEnvelope: 'detail' },
    { authEnvelope: 'list' },
    { apiDefaultVersion: '2025-08-04' },
    { apiDefaultVersion: 'default' },
    { missingPin: 'ebt_error_55' },
    { missingPin: 'cannot_capture_payment' },
    { excessRefund: 'reject' },
    { excessRefund: 'decline' },
    { singleUseCard: 'capture' },
    { singleUseCard: 'payment' },
    { benefitBins: 'accept' },
    { benefitBins: 'reject' },
    { expiredOrderStatus: 'failed' },
    { expiredOrderStatus: 'draft' },
    { quidkeyRefreshToken: 'rotated' },
    { quidkeyRefreshToken: 'kept' },
    { quidkeyExpiresInSeconds: 3600 },
    { quidkeyExpiresInSeconds: 900 },
    { quidkeyGrantType: 'optional' },
    { quidkeyGrantType: 'required' },
    { testCardPage: 'both' },
    { testCardPage: 'current' },
    { testCardPage: 'archived' },
    { reportDays: 'utc' },
    { reportDays: 'pacific' },
  ])('a run reports the switch value that the server behaves like: %o', async (switches) => {
    const { api } = tamperedApi(undefined, { switches })
    const [name = ''] = Object.keys(switches)
    const chosen = facts.filter((fact) => !isCertain(fact) && (costly[fact.id] ?? name) === name)
    const results = await runFacts(chosen, api, true)
    const choices = results.flatMap(({ choice }) => (choice && name in choice ? [choice] : []))
    expect(choices).toContainEqual(switches)
  })

  test('a wrong guess is not a failure', async () => {
    const tampering = { strikes: () => true, change: () => ({ status: 418, body: {} }) }
    const result = await runFact(factOf('2.2/unknown-token'), tamperedApi(tampering).api, true)
    expect(result).toMatchObject({
      status: 'inferred',
      asGuessed: false,
      note: expect.stringContaining('418'),
    })
  })

  test('a server that cannot be reached is a failure', async () => {
    const { api } = tamperedApi()
    const unreachable = { ...api, oauth: () => Promise.reject(new TypeError('fetch failed')) }
    expect(await runFact(factOf('2.2/unknown-token'), unreachable, true)).toMatchObject({ status: 'fail' })
  })
})

describe('a run', () => {
  test('a run without `write` leaves only revoked tokens behind', async () => {
    const { emulator, api } = tamperedApi()
    const results = await runFacts(facts, api, false)
    const posts = emulator.control
      .requests()
      .filter(({ method, path, status }) => method === 'POST' && status === 201 && path.startsWith('/api/'))
    expect(posts).toEqual([])
    expect(results.filter(({ status }) => status === 'skipped').length).toBe(
      facts.filter(({ needs }) => needs).length,
    )
    expect(emulator.control.revokeAuthenticationTokens()).toBe(0)
  })

  test('a report contains no secret, whatever the server answers', async () => {
    const seen = new Set<string>()
    const echo: Tampering = {
      strikes: () => true,
      change: ({ text }) => {
        for (const [token] of text.matchAll(/(sandbox_|eyJ)[\w.=-]{20,}/g)) seen.add(token)
        return {
          status: 500,
          body: `${text} ${[...seen].join(' ')} emulator-secret-never-in-a-browser-9f27c1`,
        }
      },
    }
    const results = await runFacts(
      facts.filter(({ needs }) => needs !== 'control'),
      tamperedApi(echo).api,
      true,
    )
    const output = textReport(results) + jsonReport(results)
    expect(results.some(({ status }) => status === 'fail')).toBe(true)
    for (const secret of [...seen, 'emulator-secret']) expect(output).not.toContain(secret)
  })

  test('a report counts the facts covered per section', async () => {
    const { api } = tamperedApi()
    const some = facts.filter(({ id }) => /^(2\.2|3\.1)\//.test(id))
    const results = await runFacts(some, api, true)
    const text = textReport(results)
    expect(text).toContain(
      '2.2 revocation                 10 of 10 facts covered\n3.1 minting session tokens     20 of 20 facts covered',
    )
    expect(text).toContain('30 of 30 facts covered: ')
    expect(text).toContain(
      'pass     documented 3.1/one-field: The answer with a session token has one field, `token`, and no expires_in. (docs.joinforage.app/reference/create-session-token)\n',
    )
    expect(text).toContain('--switch sessionTokenStatus=200')
    expect(JSON.parse(jsonReport(results))).toMatchObject({
      facts: expect.arrayContaining([
        {
          id: '3.1/one-field',
          source: 'docs.joinforage.app/reference/create-session-token',
          kind: 'documented',
          status: 'pass',
        },
        { id: '3.1/status', source: expect.any(String), kind: 'unknown', status: 'inferred', note: '200' },
      ]),
    })
  })
})
