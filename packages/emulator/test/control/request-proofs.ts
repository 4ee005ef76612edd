import type { Switches } from '../../src/context/switches.ts'
import { field, type Answer, type Merchant } from '../support/merchant.ts'

/** The behavior of the emulator for each value of a switch, the default first. */
export interface Proof {
  readonly observe: (merchant: Merchant) => Promise<unknown>
  readonly outcomes: readonly (readonly [value: Switches[keyof Switches], outcome: unknown])[]
  /** Other switches that the proof needs. */
  readonly others?: Partial<Switches>
}

/** The proofs of the switches that decide which requests are accepted: tokens, methods and paths. */
export const requestProofs: Partial<Record<keyof Switches, Proof>> = {
  paymentTokens: {
    observe: async (merchant) => {
      const parent = await merchant.authenticationToken()
      const { ref: method } = await merchant.paymentMethod(parent)
      const ref = await merchant.payment(parent, { payment_method: method, amount: '1.00' })
      const token = await merchant.sessionToken(parent)
      const body = { funding_type: 'ebt_snap', payment_method: method, amount: '1.00', is_delivery: false }
      const post = (path: string, sent: object = {}): Promise<Answer> =>
        merchant.postJson(path, token, sent, { 'Idempotency-Key': path })
      const answers = [
        await post('/api/payments/', body),
        await merchant.get('/api/payments/?external_order_id=1', token),
        await post(`/api/payments/${ref}/authorize/`),
        await post(`/api/payments/${ref}/capture_payment/`),
        await post(`/api/payments/${ref}/cancel/`),
        // Updates and refunds are for authentication tokens in every document.
        await post(`/api/payments/${ref}/`),
        await post(`/api/payments/${ref}/refunds/`),
      ]
      return answers.map(({ status }) => status)
    },
    outcomes: [
      ['authentication', [403, 403, 403, 403, 403, 403, 403]],
      // The payment is an EBT payment without a PIN, which can be neither authorized nor captured by the server.
      ['either', [201, 200, 400, 400, 200, 403, 403]],
    ],
  },
  paymentMethodTokens: {
    observe: async (merchant) => {
      const token = await merchant.sessionToken()
      const { ref } = await merchant.paymentMethod(token)
      const path = `/api/payment_methods/${ref}/`
      const change = async (method: string): Promise<number> => {
        const headers = { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' }
        return (await merchant.send(path, { method, headers, body: '{"reusable":false}' })).status
      }
      return [await change('PATCH'), await change('POST'), await change('DELETE')]
    },
    outcomes: [
      ['authentication', [403, 403, 403]],
      ['either', [200, 200, 403]],
    ],
  },
  postUpdates: {
    observe: async (merchant) => {
      const token = await merchant.authenticationToken()
      const { ref: method } = await merchant.paymentMethod(token)
      const payment = await merchant.payment(token, { payment_method: method, amount: '1.00' })
      const answers = [
        await merchant.postJson(`/api/payment_methods/${method}/`, token, { reusable: false }),
        await merchant.postJson(`/api/payments/${payment}/`, token, { amount: '2.00' }),
        await merchant.postJson('/api/orders/0ddbcda871/', token, {}),
        await merchant.postJson('/api/orders/0ddbcda871/payments/0ddbcda871/', token, {}),
      ]
      const read = await merchant.get(`/api/payments/${payment}/`, token)
      return [...answers.map(({ status }) => status), field(read, 'amount')]
    },
    outcomes: [
      ['accept', [200, 200, 404, 404, '2.00']],
      ['reject', [405, 405, 405, 405, '1.00']],
    ],
  },
  missingSlash: {
    observe: async (merchant) => {
      const token = await merchant.authenticationToken()
      const ask = async (method: string, path: string): Promise<unknown> => {
        const { status, headers } = await merchant.send(path, {
          method,
          headers: { Authorization: `Bearer ${token}` },
        })
        return headers.get('location') ?? status
      }
      return [
        await ask('GET', '/api/orders/b873fe62dc/refunds/9bf75154be'),
        await ask('POST', '/api/orders/b873fe62dc/payments/0ddbcda871/cancel'),
        await ask('GET', '/api/payments?external_order_id=1'),
        await ask('POST', '/o/token'),
        await ask('POST', '/proxy/api/payments/0ddbcda871/capture'),
        await ask('GET', '/api/nothing'),
        await ask('POST', '/api/v1/oauth2/refreshed'),
      ]
    },
    outcomes: [
      [
        'redirect',
        [
          '/api/orders/b873fe62dc/refunds/9bf75154be/',
          '/api/orders/b873fe62dc/payments/0ddbcda871/cancel/',
          '/api/payments/?external_order_id=1',
          '/o/token/',
          '/proxy/api/payments/0ddbcda871/capture/',
          404,
          404,
        ],
      ],
      ['reject', [404, 404, 404, 404, 404, 404, 404]],
    ],
  },
  stateCardsPath: {
    observe: async (merchant) => {
      const token = await merchant.sessionToken()
      const read = async (path: string): Promise<number> =>
        (await merchant.send(path, { headers: { Authorization: `Bearer ${token}` } })).status
      return [await read('/api/state_card_details/'), await read('/api/states/cards/')]
    },
    outcomes: [
      ['/api/state_card_details/', [200, 404]],
      ['/api/states/cards/', [404, 200]],
    ],
  },
}
