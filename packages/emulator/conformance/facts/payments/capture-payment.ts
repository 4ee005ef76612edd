import { textField } from '../../api.ts'
import { addMethod, addPayment, capture, checkBalance, freshCard, paid, readPayment } from '../../checkout.ts'
import { expectAnswer, isText, listed, unlike, type Pattern } from '../../expect.ts'
import { factsOf, type Fact } from '../../fact.ts'
import { android, docs, llmsText } from '../../sources.ts'
import { receipt, time } from './patterns.ts'

const { recorded, documented, unknown } = factsOf('5.2')

const reference = docs('reference/payments')
const sdkErrors = docs('reference/sdk-errors')
const HALF_HOUR_MS = 30 * 60 * 1000

function cannotCapture(words: RegExp): { status: number; body: Pattern } {
  return { status: 400, body: listed('cannot_capture_payment', words) }
}

export const captureFacts: readonly Fact[] = [
  recorded(
    'capture',
    android('RosettaPinSubmitter.kt'),
    'A capture with the PIN returns the payment with the status succeeded.',
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
    'A captured payment has a receipt.',
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
    'A capture takes the amount from the balance.',
    async (api) => {
      const { method } = await paid(api)
      expectAnswer(await checkBalance(api, method), {
        body: { balance: { snap: '980.00', non_snap: '1000.00' } },
      })
    },
    'write',
  ),
  documented(
    'ebt-cash',
    reference,
    'A payment may be paid by EBT Cash.',
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
    'A payment without an amount cannot be captured.',
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
    'A payment without is_delivery cannot be captured.',
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
    'A payment that failed may be captured again.',
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
    'The failures of a payment are in previous_errors.',
    async (api) => {
      const method = await addMethod(api, '4444444444444454')
      const ref = await addPayment(api, method)
      await capture(api, method, ref)
      const answer = await readPayment(api, ref)
      expectAnswer(answer, {
        body: { status: 'failed', previous_errors: (list) => Array.isArray(list) && list.length === 1 },
      })
      if (!answer.text.includes('ebt_error_54')) throw unlike(answer, 'ebt_error_54 is missing')
    },
    'write',
  ),
  documented(
    'expired',
    llmsText,
    'A payment cannot be captured 30 minutes after its creation.',
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
    'A payment can be captured within 30 minutes, even with a second session token.',
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
    'The status of a payment after 30 minutes is undocumented.',
    async (api) => {
      const ref = await addPayment(api, await addMethod(api))
      await api.advance(HALF_HOUR_MS)
      const status = textField(await readPayment(api, ref), 'status')
      const isKnown = status === 'canceled' || status === 'failed' || status === 'requires_confirmation'
      return { note: status, ...(isKnown ? { choice: { expiredPaymentStatus: status } } : {}) }
    },
    'control',
  ),
]
