import type { EmulatorContext } from '../context.ts'
import { listedError } from '../http/api-error.ts'
import type { Payment } from '../state/store.ts'
import type { Benefit, EbtAnswer } from '../vault/ebt-network.ts'
import { isPaymentExpired, writePayment } from './payment-wire.ts'

/** Charges the card by its network's answer. The one place where a payment's outcome changes by a capture. */
export function settle(
  context: EmulatorContext,
  payment: Payment,
  amount: number,
  charge: (pan: string, benefit: Benefit, amount: number) => EbtAnswer,
): { payment: Payment; answer: EbtAnswer } {
  const at = context.time.now()
  const method = context.store.paymentMethods.get(payment.paymentMethod)
  const benefit = payment.fundingType === 'ebt_snap' ? 'snap' : 'cash'
  const answer = charge(method?.pan ?? '', benefit, amount)
  const settled = {
    ...payment,
    updatedAt: at,
    ...outcomeOf(context, payment, answer, { benefit, amount, at }),
  }
  context.store.payments.set(payment.ref, settled)
  if (answer.approved) context.store.count('captures')
  paymentChanged(context, settled)
  return { payment: settled, answer }
}

/** Told to the merchant's webhooks. */
function paymentChanged(context: EmulatorContext, payment: Payment): void {
  const { ref } = payment
  context.events.emit({ type: 'PAYMENT_STATUS_UPDATED', ref, data: writePayment(context, payment) })
}

interface Charge {
  readonly benefit: Benefit
  readonly amount: number
  readonly at: number
}

function outcomeOf(
  context: EmulatorContext,
  payment: Payment,
  answer: EbtAnswer,
  { benefit, amount, at }: Charge,
): Pick<Payment, 'outcome' | 'previousErrors'> {
  const { previousErrors } = payment
  if (!answer.approved) {
    const error = { code: answer.decline.forage_code, message: answer.decline.message }
    return { previousErrors: [...previousErrors, error], outcome: { status: 'failed', error } }
  }
  const last4 = context.store.paymentMethods.get(payment.paymentMethod)?.pan.slice(-4) ?? ''
  const amounts = { snap: 0, cash: 0, [benefit]: amount }
  const receipt = { ...amounts, reference: context.random.hex(10), balance: answer.balance, last4, at }
  return { previousErrors, outcome: { status: 'succeeded', at, receipt } }
}

/** The amount to capture. Messages: docs.joinforage.app/reference/sdk-errors, under cannot_capture_payment. */
export function requireCapturable(context: EmulatorContext, path: string, payment: Payment): number {
  const { amount, fundingType, isDelivery, outcome, ref } = payment
  const refuse = (message: string): Error =>
    listedError(path, 400, { code: 'cannot_capture_payment', message, source: { resource: 'Payments', ref } })
  if (outcome.status === 'succeeded' || isPaymentExpired(payment, context.time.now()))
    throw refuse(
      `Payment with ref ${ref} is either processing, succeeded, or canceled and therefore cannot be captured.`,
    )
  if (amount === null)
    throw refuse(
      `Amount value is null. Payment with ref ${ref} with funding_type ${fundingType} cannot be captured with a null amount value`,
    )
  if (isDelivery === null)
    throw refuse(
      `'is_delivery' value is null. Payment with ref ${ref} requires a valid 'is_delivery' value to be captured`,
    )
  return amount
}
