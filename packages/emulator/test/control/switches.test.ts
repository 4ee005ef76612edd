import { describe, expect, test } from 'vitest'

import { defaultSwitches } from '../../src/context/switch-values.ts'
import type { Switches } from '../../src/context/switches.ts'
import { card, createMerchant, field, type Answer, type Merchant } from '../support/merchant.ts'
import { cardProofs } from './card-proofs.ts'
import { requestProofs, type Proof } from './request-proofs.ts'

const DAY_MS = 24 * 60 * 60 * 1000
const newCard = { type: 'ebt', card: { number: card }, customer_id: 'customer-1' }

async function expiredAt(merchant: Merchant, path: string): Promise<Answer> {
  const token = await merchant.sessionToken()
  merchant.emulator.control.expireSessionTokens()
  return await merchant.postJson(path, token, {})
}

/** Returns the status and the code, or the keys of an envelope without a code. */
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
    observe: async (merchant) => {
      const [first, second] = (await merchant.sessionToken()).slice('sandbox_'.length).split('.')
      const head = JSON.parse(decode(first)) as object
      return Object.keys('alg' in head ? (JSON.parse(decode(second)) as object) : head)
    },
    outcomes: [
      ['signed', ['a', 'sk', 't']],
      ['jwt', ['a', 'iat', 'exp']],
      ['jwt-without-iat', ['a', 'exp']],
    ],
  },
  tokenCap: {
    observe: async (merchant) => {
      for (let i = 0; i < 1000; i += 1) await merchant.authenticationToken()
      return await merchant.authenticationToken().then(
        () => 'issued',
        () => 'refused',
      )
    },
    outcomes: [
      ['reject', 'refused'],
      ['evict', 'issued'],
    ],
  },
  wrongTokenType: {
    observe: async (merchant) =>
      outcome(await merchant.postJson('/api/session_token/', await merchant.sessionToken(), {})),
    outcomes: [
      ['forbidden', [403, 'forbidden']],
      ['invalid_token', [401, 'invalid_token']],
    ],
  },
  alteredSessionToken: {
    observe: async (merchant) => {
      const token = (await merchant.sessionToken()).replace(/.$/, (last) => (last === 'A' ? 'E' : 'A'))
      return outcome(await merchant.postJson('/api/payment_methods/', token, newCard))
    },
    outcomes: [
      ['bad_signature', [401, 'bad_signature']],
      ['invalid_token', [401, 'invalid_token']],
    ],
  },
  clientAuthenticationTokens: {
    observe: async (merchant) => {
      const headers = { Origin: 'https://shop.example' }
      const token = await merchant.authenticationToken()
      const { status } = await merchant.postJson('/api/payment_methods/', token, newCard, headers)
      return status
    },
    outcomes: [
      ['accept', 201],
      ['reject', 403],
    ],
  },
  ...requestProofs,
  defaultAuthenticationTokenSeconds: {
    observe: async (merchant) => {
      const token = await merchant.authenticationToken()
      await merchant.emulator.control.advance(36_000_000)
      return (await merchant.postJson('/api/session_token/', token, {})).status
    },
    outcomes: [
      [604_800, 200],
      [36_000, 401],
    ],
  },
  missingMerchantStatus: {
    observe: async (merchant) => {
      const headers = { Authorization: `Bearer ${await merchant.authenticationToken()}` }
      return outcome(await merchant.send('/api/session_token/', { method: 'POST', headers }))
    },
    outcomes: [
      [400, [400, 'missing_merchant_account']],
      [401, [401, 'missing_merchant_account']],
    ],
  },
  missingCredentials: {
    observe: async (merchant) => outcome(await merchant.send('/api/payments/', { method: 'POST' })),
    outcomes: [
      ['detail', [401, 'detail']],
      ['list', [401, 'unauthorized']],
    ],
  },
  authEnvelope: {
    observe: async (merchant) => {
      const forbidden = await merchant.postJson('/api/payments/', await merchant.sessionToken(), {})
      return [(await expiredAt(merchant, '/api/payment_methods/')).body, outcome(forbidden)]
    },
    outcomes: [
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
    observe: async (merchant) =>
      (await expiredAt(merchant, '/api/payment_methods/')).headers.get('www-authenticate')?.slice(0, 6),
    outcomes: [
      ['bearer', 'Bearer'],
      ['absent', undefined],
    ],
  },
  vaultTokenRejection: {
    observe: async (merchant) => outcome(await expiredAt(merchant, '/proxy/api/payments/x/capture/')),
    outcomes: [
      ['forage', [401, 'expired_session_token']],
      ['vault', [401, 'code,description,name']],
    ],
  },
  sessionTokenStatus: {
    observe: async (merchant) =>
      (await merchant.postJson('/api/session_token/', await merchant.authenticationToken(), {})).status,
    outcomes: [
      [200, 200],
      [201, 201],
    ],
  },
  missingIdempotencyKey: {
    observe: async (merchant) => (await pay(merchant)).status,
    outcomes: [
      ['reject', 400],
      ['accept', 201],
    ],
  },
  malformedApiVersion: {
    observe: async (merchant) => {
      const headers = { 'API-Version': 'latest' }
      const token = await merchant.authenticationToken()
      return (await merchant.postJson('/api/session_token/', token, {}, headers)).status
    },
    outcomes: [
      ['reject', 400],
      ['default', 200],
    ],
  },
  requestLimit: {
    observe: async (merchant) => {
      for (let sent = 0; sent < 900; sent += 1) await merchant.send('/api/payments/x/')
      return (await merchant.send('/api/payments/x/')).status
    },
    outcomes: [
      ['off', 401],
      ['900/5min', 429],
    ],
  },
  retryAfter: {
    others: { requestLimit: '900/5min' },
    observe: async (merchant) => {
      for (let sent = 0; sent < 900; sent += 1) await merchant.send('/api/payments/x/')
      return (await merchant.send('/api/payments/x/')).headers.has('retry-after')
    },
    outcomes: [
      ['send', true],
      ['omit', false],
    ],
  },
  idempotencyTtlMs: {
    observe: async (merchant) => {
      const key = { 'Idempotency-Key': 'once' }
      const first = field(await pay(merchant, key), 'ref')
      await merchant.emulator.control.advance(600_000)
      return field(await pay(merchant, key), 'ref') === first ? 'kept' : 'forgotten'
    },
    outcomes: [
      [DAY_MS, 'kept'],
      [600_000, 'forgotten'],
    ],
  },
  expiredPaymentStatus: {
    observe: async (merchant) => {
      const ref = field(await pay(merchant, { 'Idempotency-Key': 'once' }), 'ref')
      await merchant.emulator.control.advance(30 * 60 * 1000)
      return field(
        await merchant.get(`/api/payments/${ref}/`, await merchant.authenticationToken()),
        'status',
      )
    },
    outcomes: [
      ['canceled', 'canceled'],
      ['failed', 'failed'],
      ['requires_confirmation', 'requires_confirmation'],
    ],
  },
  ...cardProofs,
}

/** Switches that the tests of a resource prove. */
const provenElsewhere: readonly (keyof Switches)[] = [
  // tabs/sdk.test.ts
  'sdkErrors',
  // tabs/sdk-facts.test.ts
  'enterKey',
  'frameFocus',
  'incompleteInput',
  'clearEvent',
  'labelClick',
  'placeholderName',
  // src/http/api-version.test.ts
  'apiDefaultVersion',
  // payments/
  'cardAdditions',
  'excessRefund',
  'missingPin',
  // payments/healthcare-payments.test.ts
  'healthcareBalanceCents',
  // orders/reporting.test.ts
  'reportDays',
  // orders/orders.test.ts
  'expiredOrderStatus',
  'refundProcessingMs',
  // tokens/quidkey.test.ts
  'quidkeyRefreshToken',
  'quidkeyExpiresInSeconds',
  'quidkeyGrantType',
]

test('every switch has a proof', () => {
  const proven = [...Object.keys(proofs), ...provenElsewhere]
  expect(proven.toSorted()).toEqual(Object.keys(defaultSwitches).toSorted())
})

describe.each(Object.entries(proofs))('the switch `%s`', (name, { observe, outcomes, others }) => {
  test('the default of the switch is the first value in its proof', () => {
    expect(defaultSwitches[name as keyof Switches]).toBe(outcomes[0]?.[0])
    expect(outcomes.length).toBeGreaterThan(1)
  })

  test.each(outcomes)('the emulator behaves as the switch value %s says', async (value, expected) => {
    const merchant = createMerchant({ switches: { ...others, [name]: value } })
    expect(await observe(merchant)).toEqual(expected)
  })
})
