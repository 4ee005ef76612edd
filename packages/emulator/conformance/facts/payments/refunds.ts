import { textField, type Answer, type Api } from '../../api.ts'
import { addMethod, addPayment, asServer, capture, checkBalance, paid, readPayment } from '../../checkout.ts'
import { described, expectAnswer, isText, listed, unlike } from '../../expect.ts'
import { factsOf, type Fact } from '../../fact.ts'
import { docs, llmsText } from '../../sources.ts'

const { documented, inferred } = factsOf('5.3')

const reference = docs('reference/payment-refunds')
const DAY_MS = 24 * 60 * 60 * 1000

interface RefundOptions {
  readonly amount?: string
  readonly version?: string
}

async function refund(
  api: Api,
  payment: string,
  { amount = '5.00', version = '2024-01-08' }: RefundOptions = {},
): Promise<Answer> {
  const headers = { 'Idempotency-Key': api.unique(), 'API-Version': version }
  const body = { amount, reason: 'Returned', metadata: {} }
  return await api.send('POST', `/api/payments/${payment}/refunds/`, {
    token: await api.authenticationToken(),
    body,
    headers,
  })
}

export const refundFacts: readonly Fact[] = [
  documented(
    'create',
    reference,
    'A refund is 201 with the documented fields.',
    async (api) => {
      const { ref } = await paid(api)
      expectAnswer(await refund(api, ref), {
        status: 201,
        body: {
          ref: /^[0-9a-f]{10}$/,
          payment_ref: ref,
          funding_type: 'ebt_snap',
          amount: '5.00',
          reason: 'Returned',
          metadata: {},
          created: isText,
          updated: isText,
        },
      })
    },
    'write',
  ),
  documented(
    'settlements',
    reference,
    'A refund has both fixed settlements, as numbers.',
    async (api) => {
      const { ref } = await paid(api)
      const isNumber = (value: unknown): boolean => typeof value === 'number'
      expectAnswer(await refund(api, ref), {
        status: 201,
        body: { merchant_fixed_settlement: isNumber, platform_fixed_settlement: isNumber },
      })
    },
    'write',
  ),
  documented(
    'status',
    reference,
    'The status of a refund is processing, succeeded or failed.',
    async (api) => {
      const { ref } = await paid(api)
      expectAnswer(await refund(api, ref), {
        body: { status: /^(processing|succeeded|failed|requires_confirmation)$/ },
      })
    },
    'write',
  ),
  documented(
    'receipt',
    docs('reference/version-history'),
    'From version 2024-01-08 on a refund has its receipt immediately.',
    async (api) => {
      const { ref } = await paid(api)
      expectAnswer(await refund(api, ref), {
        body: {
          status: 'succeeded',
          receipt: {
            snap_amount: '5.00',
            transaction_type: 'Refund',
            message: 'Approved',
            balance: { snap: '985.00' },
          },
        },
      })
    },
    'write',
  ),
  documented(
    'no-receipt',
    docs('reference/version-history'),
    'Before version 2024-01-08 the receipt of a refund is null, and the refund has to be read again.',
    async (api) => {
      const { ref } = await paid(api)
      expectAnswer(await refund(api, ref, { version: '2023-05-15' }), {
        status: 201,
        body: { receipt: null },
      })
    },
    'write',
  ),
  documented(
    'read',
    reference,
    'A refund can be read.',
    async (api) => {
      const { ref } = await paid(api)
      const made = textField(await refund(api, ref), 'ref')
      expectAnswer(await asServer(api, 'GET', `/api/payments/${ref}/refunds/${made}/`), {
        status: 200,
        body: { ref: made, payment_ref: ref, amount: '5.00' },
      })
    },
    'write',
  ),
  documented(
    'list',
    reference,
    'The refunds of a payment are listed.',
    async (api) => {
      const { ref } = await paid(api)
      const made = textField(await refund(api, ref), 'ref')
      const answer = await asServer(api, 'GET', `/api/payments/${ref}/refunds/`)
      expectAnswer(answer, { status: 200 })
      if (!answer.text.includes(made)) throw unlike(answer, 'the refund is not in the list')
    },
    'write',
  ),
  documented(
    'in-payment',
    docs('reference/payments'),
    'A payment names its refunds.',
    async (api) => {
      const { ref } = await paid(api)
      const made = textField(await refund(api, ref), 'ref')
      const answer = await readPayment(api, ref)
      if (!answer.text.includes(made)) throw unlike(answer, 'the payment does not name its refund')
    },
    'write',
  ),
  documented(
    'money-back',
    reference,
    'A refund returns the money to the card.',
    async (api) => {
      const { method, ref } = await paid(api)
      await refund(api, ref)
      expectAnswer(await checkBalance(api, method), { body: { balance: { snap: '985.00' } } })
    },
    'write',
  ),
  documented(
    'failed',
    docs('docs/test-cards'),
    'A refund of EBT SNAP that fails is 201 with the status failed.',
    async (api) => {
      const method = await addMethod(api, '4333333333333309')
      const ref = await addPayment(api, method)
      expectAnswer(await capture(api, method, ref), { status: 200 })
      expectAnswer(await refund(api, ref), { status: 201, body: { status: 'failed' } })
    },
    'write',
  ),
  documented(
    'failed-cash',
    docs('docs/test-cards'),
    'A refund of EBT Cash that fails is 201 with the status failed.',
    async (api) => {
      const method = await addMethod(api, '4333333333333311')
      const ref = await addPayment(api, method, { funding_type: 'ebt_cash' })
      expectAnswer(await capture(api, method, ref), { status: 200 })
      expectAnswer(await refund(api, ref), { status: 201, body: { status: 'failed' } })
    },
    'write',
  ),
  documented(
    'ninety-days',
    llmsText,
    'A refund more than 90 days after the payment is cannot_refund_after_90_days.',
    async (api) => {
      const { ref } = await paid(api)
      await api.advance(91 * DAY_MS)
      expectAnswer(await refund(api, ref), { status: 400, body: listed('cannot_refund_after_90_days') })
    },
    'control',
  ),
  inferred(
    'too-much',
    reference,
    'A refund of more than was captured returns no money.',
    async (api) => {
      const { method, ref } = await paid(api)
      const answer = await refund(api, ref, { amount: '20.01' })
      const isMade = answer.status === 201
      if (isMade) expectAnswer(answer, { body: { status: 'failed' } })
      expectAnswer(await checkBalance(api, method), { body: { balance: { snap: '980.00' } } })
      return {
        note: `as guessed: ${described(answer)}`,
        choice: { excessRefund: isMade ? 'decline' : 'reject' },
      }
    },
    'write',
  ),
  documented(
    'unknown',
    docs('reference/errors'),
    'An unknown refund is 404 with the documented words.',
    async (api) => {
      const { ref } = await paid(api)
      const message = /^Refund with ref 9bf75154be does not exist for current Merchant with FNS \S+\.$/
      expectAnswer(await asServer(api, 'GET', `/api/payments/${ref}/refunds/9bf75154be/`), {
        status: 404,
        body: listed('resource_not_found', message),
      })
    },
    'write',
  ),
]
