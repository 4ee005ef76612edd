import { describe, expect, test } from 'vitest'

import { defaultSwitches, type Switches } from '../../src/switches.ts'
import { card, createMerchant, field, type Answer, type Merchant } from '../support/merchant.ts'

/** What a switch changes, seen from outside: the default first. */
interface Proof {
  readonly see: (merchant: Merchant) => Promise<unknown>
  readonly seen: readonly (readonly [value: Switches[keyof Switches], seen: unknown])[]
  /** Set with it. */
  readonly beside?: Partial<Switches>
}

const DAY_MS = 24 * 60 * 60 * 1000
const newCard = { type: 'ebt', card: { number: card }, customer_id: 'customer-1' }

async function expiredAt(merchant: Merchant, path: string): Promise<Answer> {
  const token = await merchant.sessionToken()
  merchant.emulator.control.expireSessionTokens()
  return await merchant.postJson(path, token, {})
}

/** Status and code, or the keys of an envelope without one. */
function outcome({ status, body }: Answer): unknown[] {
  const { errors } = body as { errors?: { code: string }[] }
  return [status, errors?.[0]?.code ?? Object.keys(body as object).join()]
}

function decode(segment = ''): string {
  return atob(segment.replaceAll('-', '+').replaceAll('_', '/'))
}

async function pay(merchant: Merchant, headers = {}): Promise<Answer> {
  const token = await merchant.authenticationToken()
  const { ref } = await merchant.paymentMethod(token)
  const body = { funding_type: 'ebt_snap', payment_method: ref, amount: '1.00' }
  return await merchant.postJson('/api/payments/', token, body, headers)
}

const proofs: Partial<Record<keyof Switches, Proof>> = {
  tokenFormat: {
    see: async (merchant) => {
      const [first, second] = (await merchant.sessionToken()).slice('sandbox_'.length).split('.')
      const head = JSON.parse(decode(first)) as object
      return Object.keys('alg' in head ? (JSON.parse(decode(second)) as object) : head)
    },
    seen: [
      ['signed', ['a', 'sk', 't']],
      ['jwt', ['a', 'iat', 'exp']],
      ['jwt-without-iat', ['a', 'exp']],
    ],
  },
  tokenCap: {
    see: async (merchant) => {
      for (let i = 0; i < 1000; i += 1) await merchant.authenticationToken()
      return await merchant.authenticationToken().then(
        () => 'issued',
        () => 'refused',
      )
    },
    seen: [
      ['reject', 'refused'],
      ['evict', 'issued'],
    ],
  },
  wrongTokenType: {
    see: async (merchant) =>
      outcome(await merchant.postJson('/api/session_token/', await merchant.sessionToken(), {})),
    seen: [
      ['forbidden', [403, 'forbidden']],
      ['invalid_token', [401, 'invalid_token']],
    ],
  },
  alteredSessionToken: {
    see: async (merchant) => {
      const token = (await merchant.sessionToken()).replace(/.$/, (last) => (last === 'A' ? 'E' : 'A'))
      return outcome(await merchant.postJson('/api/payment_methods/', token, newCard))
    },
    seen: [
      ['bad_signature', [401, 'bad_signature']],
      ['invalid_token', [401, 'invalid_token']],
    ],
  },
  clientAuthenticationTokens: {
    see: async (merchant) => {
      const headers = { Origin: 'https://shop.example' }
      const token = await merchant.authenticationToken()
      const { status } = await merchant.postJson('/api/payment_methods/', token, newCard, headers)
      return status
    },
    seen: [
      ['accept', 201],
      ['reject', 403],
    ],
  },
  defaultAuthenticationTokenSeconds: {
    see: async (merchant) => {
      const token = await merchant.authenticationToken()
      await merchant.emulator.control.advance(36_000_000)
      return (await merchant.postJson('/api/session_token/', token, {})).status
    },
    seen: [
      [604_800, 200],
      [36_000, 401],
    ],
  },
  missingMerchantStatus: {
    see: async (merchant) => {
      const headers = { Authorization: `Bearer ${await merchant.authenticationToken()}` }
      return outcome(await merchant.send('/api/session_token/', { method: 'POST', headers }))
    },
    seen: [
      [400, [400, 'missing_merchant_account']],
      [401, [401, 'missing_merchant_account']],
    ],
  },
  missingCredentials: {
    see: async (merchant) => outcome(await merchant.send('/api/payments/', { method: 'POST' })),
    seen: [
      ['detail', [401, 'detail']],
      ['list', [401, 'unauthorized']],
    ],
  },
  authEnvelope: {
    see: async (merchant) => {
      const forbidden = await merchant.postJson('/api/payments/', await merchant.sessionToken(), {})
      return [(await expiredAt(merchant, '/api/payment_methods/')).body, outcome(forbidden)]
    },
    seen: [
      [
        'list',
        [
          {
            path: '/api/payment_methods/',
            errors: [
              {
                code: 'expired_session_token',
                message: 'This token has expired',
                source: { resource: 'Session_Token', ref: '' },
              },
            ],
          },
          [403, 'forbidden'],
        ],
      ],
      ['detail', [{ detail: 'This token has expired' }, [403, 'detail']]],
    ],
  },
  challenge: {
    see: async (merchant) =>
      (await expiredAt(merchant, '/api/payment_methods/')).headers.get('www-authenticate')?.slice(0, 6),
    seen: [
      ['bearer', 'Bearer'],
      ['absent', undefined],
    ],
  },
  vaultTokenRejection: {
    see: async (merchant) => outcome(await expiredAt(merchant, '/proxy/api/payments/x/capture/')),
    seen: [
      ['forage', [401, 'expired_session_token']],
      ['vault', [401, 'code,description,name']],
    ],
  },
  sessionTokenStatus: {
    see: async (merchant) =>
      (await merchant.postJson('/api/session_token/', await merchant.authenticationToken(), {})).status,
    seen: [
      [200, 200],
      [201, 201],
    ],
  },
  missingIdempotencyKey: {
    see: async (merchant) => (await pay(merchant)).status,
    seen: [
      ['reject', 400],
      ['accept', 201],
    ],
  },
  malformedApiVersion: {
    see: async (merchant) => {
      const headers = { 'API-Version': 'latest' }
      const token = await merchant.authenticationToken()
      return (await merchant.postJson('/api/session_token/', token, {}, headers)).status
    },
    seen: [
      ['reject', 400],
      ['default', 200],
    ],
  },
  requestLimit: {
    see: async (merchant) => {
      for (let sent = 0; sent < 900; sent += 1) await merchant.send('/api/payments/x/')
      return (await merchant.send('/api/payments/x/')).status
    },
    seen: [
      ['off', 401],
      ['900/5min', 429],
    ],
  },
  retryAfter: {
    beside: { requestLimit: '900/5min' },
    see: async (merchant) => {
      for (let sent = 0; sent < 900; sent += 1) await merchant.send('/api/payments/x/')
      return (await merchant.send('/api/payments/x/')).headers.has('retry-after')
    },
    seen: [
      ['send', true],
      ['omit', false],
    ],
  },
  idempotencyTtlMs: {
    see: async (merchant) => {
      const key = { 'Idempotency-Key': 'once' }
      const first = field(await pay(merchant, key), 'ref')
      await merchant.emulator.control.advance(600_000)
      return field(await pay(merchant, key), 'ref') === first ? 'kept' : 'forgotten'
    },
    seen: [
      [DAY_MS, 'kept'],
      [600_000, 'forgotten'],
    ],
  },
  expiredPaymentStatus: {
    see: async (merchant) => {
      const ref = field(await pay(merchant, { 'Idempotency-Key': 'once' }), 'ref')
      await merchant.emulator.control.advance(30 * 60 * 1000)
      return field(
        await merchant.get(`/api/payments/${ref}/`, await merchant.authenticationToken()),
        'status',
      )
    },
    seen: [
      ['canceled', 'canceled'],
      ['failed', 'failed'],
      ['requires_confirmation', 'requires_confirmation'],
    ],
  },
  unlistedCards: {
    see: async (merchant) => {
      const token = await merchant.authenticationToken()
      const { ref, vaultToken } = await merchant.paymentMethod(token, '5077000000000000')
      const body = { pin: '1234', card_number_token: vaultToken }
      return (await merchant.postJson(`/proxy/api/payment_methods/${ref}/balance/`, token, body)).status
    },
    seen: [
      ['decline', 400],
      ['accept', 200],
    ],
  },
  benefitBins: {
    see: async (merchant) => {
      const account = {
        number: '4000051230002839',
        name: 'Ada',
        zip_code: '94102',
        exp_month: 4,
        exp_year: 2030,
        security_code: '123',
        is_hsa_fsa: true,
      }
      const body = { type: 'benefit', card: account, customer_id: 'c-1', reusable: true }
      const token = await merchant.sessionToken()
      return (await merchant.postJson('/proxy/api/payment_methods/', token, body)).status
    },
    seen: [
      ['reject', 400],
      ['accept', 201],
    ],
  },
  singleUseCard: {
    see: async (merchant) => {
      const token = await merchant.authenticationToken()
      const stored = await merchant.postJson('/api/payment_methods/', token, { ...newCard, reusable: false })
      const body = { funding_type: 'ebt_snap', payment_method: field(stored, 'ref'), amount: '1.00' }
      const again = (key: string): Promise<Answer> =>
        merchant.postJson('/api/payments/', token, body, { 'Idempotency-Key': key })
      await again('first')
      return (await again('second')).status
    },
    seen: [
      ['payment', 400],
      ['capture', 201],
    ],
  },
}

/** Where the tests of a resource show its own. */
const shownElsewhere: readonly (keyof Switches)[] = [
  // tabs/sdk.test.ts
  'sdkErrors',
  // src/http/api-version.test.ts
  'apiDefaultVersion',
  // payment-methods.test.ts, refunds.test.ts, deferred-capture.test.ts
  'cardAdditions',
  'excessRefund',
  'missingPin',
  // orders.test.ts
  'expiredOrderStatus',
  'refundProcessingMs',
  // quidkey.test.ts
  'quidkeyRefreshToken',
  'quidkeyExpiresInSeconds',
  'quidkeyGrantType',
]

test('every switch is shown', () => {
  const shown = [...Object.keys(proofs), ...shownElsewhere]
  expect(shown.toSorted()).toEqual(Object.keys(defaultSwitches).toSorted())
})

describe.each(Object.entries(proofs))('the switch `%s`', (name, { see, seen, beside }) => {
  test('has the first of these as its default', () => {
    expect(defaultSwitches[name as keyof Switches]).toBe(seen[0]?.[0])
    expect(seen.length).toBeGreaterThan(1)
  })

  test.each(seen)('as %s', async (value, expected) => {
    const merchant = createMerchant({ switches: { ...beside, [name]: value } })
    expect(await see(merchant)).toEqual(expected)
  })
})
