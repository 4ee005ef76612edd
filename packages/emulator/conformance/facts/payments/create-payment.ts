import { textField } from '../../api.ts'
import {
  addMethod,
  addPayment,
  asServer,
  capture,
  checkBalance,
  collectPin,
  freshCard,
  paid,
  paymentBody,
  postPayment,
  readPayment,
} from '../../checkout.ts'
import { described, expectAnswer, expectSuccess, isText, listed, unlike, type Pattern } from '../../expect.ts'
import { factsOf, Mismatch, type Fact } from '../../fact.ts'
import { android, docs, llmsText } from '../../sources.ts'

const { documented, inferred, unknown } = factsOf('5.2')

const reference = docs('reference/payments')
const sdkErrors = docs('reference/sdk-errors')
const serverSide = docs('docs/capture-ebt-payments-server-side')
const time = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/
const HALF_HOUR_MS = 30 * 60 * 1000

const receipt: Pattern = {
  ref_number: isText,
  is_voided: false,
  snap_amount: '20.00',
  ebt_cash_amount: '0.00',
  other_amount: '0.00',
  sales_tax_applied: '0.00',
  balance: { snap: '980.00', non_snap: '1000.00', updated: time },
  last_4: /^\d{4}$/,
  message: 'Approved',
  transaction_type: 'Payment',
  created: time,
}

function cannotCapture(words: RegExp): { status: number; body: Pattern } {
  return { status: 400, body: listed('cannot_capture_payment', words) }
}

const refusedBodies: readonly [string, Readonly<Record<string, unknown>>][] = [
  ['zero', { amount: '0.00' }],
  ['negative', { amount: '-1.00' }],
  ['no decimal', { amount: 'ten' }],
  ['funding_type', { funding_type: 'gold' }],
  ['payment_method', { payment_method: 'e1fff94f29' }],
]

export const paymentFacts: readonly Fact[] = [
  documented(
    'create',
    reference,
    'A new payment is 201 and requires confirmation.',
    async (api) => {
      const method = await addMethod(api)
      expectAnswer(await postPayment(api, paymentBody(method)), {
        status: 201,
        body: {
          ref: /^[0-9a-f]{10}$/,
          funding_type: 'ebt_snap',
          amount: '20.00',
          description: 'Groceries',
          metadata: {},
          payment_method: method.ref,
          is_delivery: false,
          delivery_address: { city: 'San Francisco', zipcode: '94102' },
          created: time,
          updated: time,
          status: 'requires_confirmation',
          last_processing_error: null,
          success_date: null,
          receipt: null,
          refunds: [],
          previous_errors: [],
        },
      })
    },
    'write',
  ),
  documented(
    'merchant',
    reference,
    'It names its merchant.',
    async (api) => {
      expectAnswer(await postPayment(api, paymentBody(await addMethod(api))), { body: { merchant: isText } })
    },
    'write',
  ),
  documented(
    'decimals',
    reference,
    'Decimals are strings with two places, also where a number was sent.',
    async (api) => {
      expectAnswer(await postPayment(api, paymentBody(await addMethod(api), { amount: 20 })), {
        body: { amount: '20.00' },
      })
    },
    'write',
  ),
  documented(
    'expires-at',
    reference,
    'expires_at is 30 minutes after created.',
    async (api) => {
      const answer = await postPayment(api, paymentBody(await addMethod(api)))
      const [created, end] = ['created', 'expires_at'].map((name) => Date.parse(textField(answer, name)))
      if (Math.abs((end ?? 0) - (created ?? 0) - HALF_HOUR_MS) > 2000) throw unlike(answer, 'it is not')
    },
    'write',
  ),
  documented(
    'smallest',
    reference,
    'An amount may be as small as 0.01.',
    async (api) => {
      expectAnswer(await postPayment(api, paymentBody(await addMethod(api), { amount: '0.01' })), {
        status: 201,
      })
    },
    'write',
  ),
  documented(
    'ebt-cash',
    reference,
    'It may be paid by EBT Cash.',
    async (api) => {
      const { answer } = await paid(api, { funding_type: 'ebt_cash' })
      expectAnswer(answer, {
        body: {
          receipt: {
            ebt_cash_amount: '20.00',
            snap_amount: '0.00',
            balance: { snap: '1000.00', non_snap: '980.00' },
          },
        },
      })
    },
    'write',
  ),
  ...refusedBodies.map(([name, fields]) =>
    documented(
      `refuses ${name}`,
      reference,
      'It is refused.',
      async (api) => {
        expectAnswer(await postPayment(api, paymentBody(await addMethod(api), fields)), {
          status: [400, 404],
        })
      },
      'write',
    ),
  ),
  documented(
    'read',
    reference,
    'A session token reads it.',
    async (api) => {
      const ref = await addPayment(api, await addMethod(api))
      expectAnswer(await readPayment(api, ref), {
        status: 200,
        body: { ref, status: 'requires_confirmation' },
      })
    },
    'write',
  ),
  documented(
    'list',
    llmsText,
    'Payments are found by their external_order_id.',
    async (api) => {
      const order = `order-${api.unique()}`
      const ref = await addPayment(api, await addMethod(api), { external_order_id: order })
      const answer = await asServer(api, 'GET', `/api/payments/?external_order_id=${order}`)
      expectAnswer(answer, { status: 200 })
      if (!answer.text.includes(ref)) throw unlike(answer, 'it is not found')
    },
    'write',
  ),
  documented(
    'capture',
    android('RosettaPinSubmitter.kt'),
    'A capture with the PIN answers the payment: succeeded.',
    async (api) => {
      const { ref, answer } = await paid(api)
      expectAnswer(answer, { status: 200, body: { ref, status: 'succeeded', success_date: time } })
      expectAnswer(await readPayment(api, ref), {
        body: { status: 'succeeded', last_processing_error: null },
      })
    },
    'write',
  ),
  documented(
    'receipt',
    reference,
    'It has a receipt.',
    async (api) => {
      const pan = freshCard()
      const { answer } = await paid(api, {}, pan)
      expectAnswer(answer, { body: { receipt } })
      expectAnswer(answer, { body: { receipt: { last_4: pan.slice(-4) } } })
    },
    'write',
  ),
  documented(
    'charges',
    reference,
    'The capture takes the amount from the balance.',
    async (api) => {
      const { method } = await paid(api)
      expectAnswer(await checkBalance(api, method), {
        body: { balance: { snap: '980.00', non_snap: '1000.00' } },
      })
    },
    'write',
  ),
  documented(
    'once',
    sdkErrors,
    'A payment that succeeded cannot be captured again: cannot_capture_payment.',
    async (api) => {
      const { method, ref } = await paid(api)
      const words = new RegExp(
        `^Payment with ref ${ref} is either processing, succeeded, or canceled and therefore cannot be captured\\.?$`,
      )
      expectAnswer(await capture(api, method, ref, '1234', api.unique()), cannotCapture(words))
      expectAnswer(await checkBalance(api, method), { body: { balance: { snap: '980.00' } } })
    },
    'write',
  ),
  documented(
    'no-amount',
    sdkErrors,
    'Nor one without an amount.',
    async (api) => {
      const method = await addMethod(api)
      const ref = await addPayment(api, method, { amount: undefined })
      expectAnswer(
        await capture(api, method, ref),
        cannotCapture(
          /^Amount value is null\. Payment with ref \w+ with funding_type ebt_snap cannot be captured with a null amount value/,
        ),
      )
    },
    'write',
  ),
  documented(
    'no-is-delivery',
    sdkErrors,
    'Nor one without is_delivery.',
    async (api) => {
      const method = await addMethod(api)
      const ref = await addPayment(api, method, { is_delivery: undefined })
      expectAnswer(
        await capture(api, method, ref),
        cannotCapture(
          /^'is_delivery' value is null\. Payment with ref \w+ requires a valid 'is_delivery' value/,
        ),
      )
    },
    'write',
  ),
  documented(
    'again-after-failure',
    llmsText,
    'One that failed is captured on the same object.',
    async (api) => {
      const method = await addMethod(api, '6777777777771234')
      const ref = await addPayment(api, method)
      expectAnswer(await capture(api, method, ref, '0000'), { status: 400 })
      expectAnswer(await readPayment(api, ref), {
        body: { status: 'failed', last_processing_error: isText, receipt: null },
      })
      expectAnswer(await capture(api, method, ref), { status: 200, body: { status: 'succeeded' } })
    },
    'write',
  ),
  documented(
    'previous-errors',
    reference,
    'Its failures are in previous_errors.',
    async (api) => {
      const method = await addMethod(api, '4444444444444454')
      const ref = await addPayment(api, method)
      await capture(api, method, ref)
      const answer = await readPayment(api, ref)
      expectAnswer(answer, {
        body: { status: 'failed', previous_errors: (list) => Array.isArray(list) && list.length === 1 },
      })
      if (!answer.text.includes('ebt_error_54')) throw unlike(answer, 'the code is not there')
    },
    'write',
  ),
  documented(
    'expired',
    llmsText,
    'After 30 minutes it cannot be captured.',
    async (api) => {
      const method = await addMethod(api)
      const ref = await addPayment(api, method)
      await api.advance(HALF_HOUR_MS)
      expectAnswer(await capture(api, method, ref), { status: 400 })
      expectAnswer(await checkBalance(api, method), { body: { balance: { snap: '1000.00' } } })
    },
    'control',
  ),
  documented(
    'not-yet-expired',
    llmsText,
    'Until then it can, also with a second session token.',
    async (api) => {
      const method = await addMethod(api)
      const ref = await addPayment(api, method)
      await api.advance(HALF_HOUR_MS - 1000)
      expectAnswer(await capture(api, method, ref), { status: 200 })
    },
    'control',
  ),
  unknown(
    'expired-status',
    reference,
    'What a payment’s status is after 30 minutes.',
    async (api) => {
      const ref = await addPayment(api, await addMethod(api))
      await api.advance(HALF_HOUR_MS)
      const status = textField(await readPayment(api, ref), 'status')
      const isKnown = status === 'canceled' || status === 'failed' || status === 'requires_confirmation'
      return { note: status, ...(isKnown ? { choice: { expiredPaymentStatus: status } } : {}) }
    },
    'control',
  ),
  documented(
    'placeholder',
    serverSide,
    'A payment may be created without an amount, for later.',
    async (api) => {
      const { ref } = await addMethod(api)
      const body = { funding_type: 'ebt_snap', payment_method: ref, description: 'Later', metadata: {} }
      expectAnswer(await postPayment(api, body), {
        status: 201,
        body: { amount: null, status: 'requires_confirmation' },
      })
    },
    'write',
  ),
  documented(
    'update',
    llmsText,
    'PATCH gives it its amount.',
    async (api) => {
      const ref = await addPayment(api, await addMethod(api), { amount: undefined })
      const answer = await asServer(api, 'PATCH', `/api/payments/${ref}/`, { amount: '12.34' })
      expectAnswer(answer, { status: 200, body: { ref, amount: '12.34' } })
    },
    'write',
  ),
  documented(
    'update-succeeded',
    llmsText,
    'Once it succeeded only metadata and external_order_id change.',
    async (api) => {
      const { ref } = await paid(api)
      const order = `order-${api.unique()}`
      const answer = await asServer(api, 'PATCH', `/api/payments/${ref}/`, {
        amount: '1.00',
        metadata: { aisle: '7' },
        external_order_id: order,
      })
      expectSuccess(answer)
      expectAnswer(await readPayment(api, ref), {
        body: { amount: '20.00', metadata: { aisle: '7' }, external_order_id: order },
      })
    },
    'write',
  ),
  documented(
    'cancel',
    llmsText,
    'A payment that requires confirmation can be canceled.',
    async (api) => {
      const method = await addMethod(api)
      const ref = await addPayment(api, method)
      expectAnswer(await asServer(api, 'POST', `/api/payments/${ref}/cancel/`, {}), {
        status: 200,
        body: { status: /^cancell?ed$/ },
      })
      expectAnswer(await capture(api, method, ref), { status: 400, body: listed('cannot_capture_payment') })
    },
    'write',
  ),
  documented(
    'cancel-failed',
    llmsText,
    'So can one that failed.',
    async (api) => {
      const method = await addMethod(api, '4444444444444454')
      const ref = await addPayment(api, method)
      await capture(api, method, ref)
      expectAnswer(await asServer(api, 'POST', `/api/payments/${ref}/cancel/`, {}), {
        status: 200,
        body: { status: /^cancell?ed$/ },
      })
    },
    'write',
  ),
  documented(
    'cancel-succeeded',
    llmsText,
    'One that succeeded cannot.',
    async (api) => {
      const { ref } = await paid(api)
      expectAnswer(await asServer(api, 'POST', `/api/payments/${ref}/cancel/`, {}), { status: 400 })
      expectAnswer(await readPayment(api, ref), { body: { status: 'succeeded' } })
    },
    'write',
  ),
  documented(
    'collect-pin',
    android('DeferPaymentCaptureRepository.kt'),
    'Collecting a PIN for later is 204 with no body.',
    async (api) => {
      const method = await addMethod(api)
      const ref = await addPayment(api, method, { amount: undefined })
      expectAnswer(await collectPin(api, method, ref), { status: 204, body: '' })
      expectAnswer(await readPayment(api, ref), { body: { status: 'requires_confirmation', receipt: null } })
    },
    'write',
  ),
  documented(
    'deferred',
    serverSide,
    'With a collected PIN the merchant’s server captures: the payment with its receipt.',
    async (api) => {
      const method = await addMethod(api)
      const ref = await addPayment(api, method, { amount: undefined })
      await collectPin(api, method, ref)
      expectSuccess(await asServer(api, 'PATCH', `/api/payments/${ref}/`, { amount: '20.00' }))
      expectAnswer(await asServer(api, 'POST', `/api/payments/${ref}/capture_payment/`, {}), {
        status: 200,
        body: { ref, status: 'succeeded', receipt },
      })
    },
    'write',
  ),
  inferred(
    'deferred-without-pin',
    serverSide,
    'Without a collected PIN it cannot.',
    async (api) => {
      const ref = await addPayment(api, await addMethod(api))
      const answer = await asServer(api, 'POST', `/api/payments/${ref}/capture_payment/`, {})
      expectAnswer(answer, { status: 400 })
      const missingPin = answer.text.includes('ebt_error_55') ? 'ebt_error_55' : 'cannot_capture_payment'
      return { note: `as guessed: ${described(answer)}`, choice: { missingPin } }
    },
    'write',
  ),
  unknown(
    'single-use',
    docs('reference/create-payment-method'),
    'When a card that is not reusable is spent: by a payment, or by its capture.',
    async (api) => {
      const method = await addMethod(api, freshCard(), { reusable: false })
      await addPayment(api, method)
      const answer = await postPayment(api, paymentBody(method))
      return {
        note: described(answer),
        choice: { singleUseCard: answer.status < 300 ? 'capture' : 'payment' },
      }
    },
    'write',
  ),
  documented(
    'pin-stays',
    serverSide,
    'A collected PIN is in no answer.',
    async (api) => {
      const method = await addMethod(api)
      const ref = await addPayment(api, method, { amount: undefined, description: 'Later' })
      const pin = '8391'
      expectAnswer(await collectPin(api, method, ref, pin), { status: 204 })
      const { body } = await readPayment(api, ref)
      const { pin: shown, ...rest } = body as Record<string, unknown>
      if (shown !== undefined || JSON.stringify(rest['metadata']).includes(pin))
        throw new Mismatch('it is in the payment')
    },
    'write',
  ),
  documented(
    'utc',
    docs('reference/version-history'),
    'From version 2024-05-07 on times are UTC.',
    async (api) => {
      const headers = { 'Idempotency-Key': api.unique(), 'API-Version': '2024-05-07' }
      const answer = await postPayment(api, paymentBody(await addMethod(api)), headers)
      expectAnswer(answer, { status: 201, body: { created: /(Z|\+00:00)$/, expires_at: /(Z|\+00:00)$/ } })
    },
    'write',
  ),
]
