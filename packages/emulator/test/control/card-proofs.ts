import type { Switches } from '../../src/context/switches.ts'
import { card, field, type Answer, type Merchant } from '../support/merchant.ts'
import type { Proof } from './request-proofs.ts'

const newCard = { type: 'ebt', card: { number: card }, customer_id: 'customer-1' }

/** Returns the status of a refund of EBT SNAP to the card whose refunds of EBT Cash fail. */
async function refundOfCashCard(merchant: Merchant, token: string): Promise<string> {
  const { ref, vaultToken } = await merchant.paymentMethod(token, '4333333333333311')
  const payment = await merchant.payment(token, { payment_method: ref, amount: '2.00' })
  const pin = { pin: '1234', card_number_token: vaultToken }
  await merchant.postJson(`/proxy/api/payments/${payment}/capture/`, token, pin)
  const refund = { amount: '1.00', reason: '', metadata: {} }
  const headers = { 'Idempotency-Key': 'refund', 'API-Version': '2024-01-08' }
  return field(await merchant.postJson(`/api/payments/${payment}/refunds/`, token, refund, headers), 'status')
}

/** The proofs of the switches that decide how cards behave. */
export const cardProofs: Partial<Record<keyof Switches, Proof>> = {
  unlistedCards: {
    observe: async (merchant) => {
      const token = await merchant.authenticationToken()
      const { ref, vaultToken } = await merchant.paymentMethod(token, '5077000000000000')
      const body = { pin: '1234', card_number_token: vaultToken }
      return (await merchant.postJson(`/proxy/api/payment_methods/${ref}/balance/`, token, body)).status
    },
    outcomes: [
      ['accept', 200],
      ['decline', 400],
    ],
  },
  testCardPage: {
    observe: async (merchant) => {
      const token = await merchant.authenticationToken()
      const { ref, vaultToken } = await merchant.paymentMethod(token, '5555555555555599')
      const pin = { pin: '1234', card_number_token: vaultToken }
      const balance = await merchant.postJson(`/proxy/api/payment_methods/${ref}/balance/`, token, pin)
      return [balance.status, await refundOfCashCard(merchant, token)]
    },
    outcomes: [
      ['both', [400, 'succeeded']],
      ['current', [200, 'succeeded']],
      ['archived', [400, 'failed']],
    ],
  },
  benefitBins: {
    observe: async (merchant) => {
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
    outcomes: [
      ['reject', 400],
      ['accept', 201],
    ],
  },
  singleUseCard: {
    observe: async (merchant) => {
      const token = await merchant.authenticationToken()
      const stored = await merchant.postJson('/api/payment_methods/', token, { ...newCard, reusable: false })
      const body = { funding_type: 'ebt_snap', payment_method: field(stored, 'ref'), amount: '1.00' }
      const again = (key: string): Promise<Answer> =>
        merchant.postJson('/api/payments/', token, body, { 'Idempotency-Key': key })
      await again('first')
      return (await again('second')).status
    },
    outcomes: [
      ['payment', 400],
      ['capture', 201],
    ],
  },
}
