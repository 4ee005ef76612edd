import type { EmulatorContext } from '../../context/context.ts'
import { listedError } from '../../http/api-error.ts'
import { ebtAccountTable, type Benefit, type EbtAnswer } from '../../vault/ebt-network.ts'
import { isEbt } from '../funding.ts'
import { isPaymentOver } from '../payment-status.ts'
import { PAYMENTS, type Payment, type PaymentFailure } from '../payment.ts'
import type { Receipt } from '../receipt.ts'
import { changePayment, panOf } from '../stored-payment.ts'

/** Captures a payment: calls the EBT network with `charge` and stores its answer as the payment's outcome. */
export function captureEbt(
  context: EmulatorContext,
  payment: Payment,
  amount: number,
  charge: (pan: string, benefit: Benefit, amount: number) => EbtAnswer,
): { payment: Payment; answer: EbtAnswer } {
  const pan = panOf(context, payment)
  const benefit = benefitOf(payment)
  const answer = charge(pan, benefit, amount)
  const changes = outcomeOf(context, payment, answer, () =>
    ebtReceipt(context, pan, { [benefit]: amount }, answer),
  )
  if (answer.approved) context.store.count('captures')
  return { payment: changePayment(context, payment, changes), answer }
}

export function benefitOf({ fundingType }: Pick<Payment, 'fundingType'>): Benefit {
  return fundingType === 'ebt_snap' ? 'snap' : 'cash'
}

function outcomeOf(
  { time }: EmulatorContext,
  { previousErrors }: Payment,
  answer: EbtAnswer,
  receipt: () => Receipt,
): Pick<Payment, 'outcome' | 'previousErrors'> {
  if (answer.approved)
    return { previousErrors, outcome: { status: 'succeeded', at: time.now(), receipt: receipt() } }
  return failed(previousErrors, { code: answer.decline.forage_code, message: answer.decline.message })
}

/** Returns a failed outcome, which keeps the earlier failures. The payment may be captured again. */
export function failed(
  previousErrors: readonly PaymentFailure[],
  error: PaymentFailure,
): Pick<Payment, 'outcome' | 'previousErrors'> {
  return { previousErrors: [...previousErrors, error], outcome: { status: 'failed', error } }
}

/**
 * Returns the receipt of an answer of the EBT network. A declined refund also has one: "inspect the receipt.message
 * field" (docs.joinforage.app/reference/create-payment-refund).
 */
export function ebtReceipt(
  context: EmulatorContext,
  pan: string,
  amounts: { readonly snap?: number; readonly cash?: number },
  answer: EbtAnswer,
): Receipt {
  const at = context.time.now()
  const account = context.store.table(ebtAccountTable).get(pan)
  const known = account ? { snap: account.snap, cash: account.cash, at } : null
  return {
    snap: 0,
    cash: 0,
    other: 0,
    ...amounts,
    balance: answer.approved ? answer.balance : known,
    last4: pan.slice(-4),
    at,
    message: answer.approved ? 'Approved' : answer.decline.message,
    voidedAt: null,
  }
}

/** Returns the amount to capture. Messages: docs.joinforage.app/reference/sdk-errors, under cannot_capture_payment. */
export function requireCapturable(context: EmulatorContext, path: string, payment: Payment): number {
  const { amount, fundingType, isDelivery, ref } = payment
  if (isPaymentOver(context, payment))
    throw cannotCapture(
      path,
      ref,
      `Payment with ref ${ref} is either processing, succeeded, or canceled and therefore cannot be captured.`,
    )
  if (amount === null)
    throw cannotCapture(
      path,
      ref,
      `Amount value is null. Payment with ref ${ref} with funding_type ${fundingType} cannot be captured with a null amount value`,
    )
  if (isEbt(fundingType) && isDelivery === null)
    throw cannotCapture(
      path,
      ref,
      `'is_delivery' value is null. Payment with ref ${ref} requires a valid 'is_delivery' value to be captured`,
    )
  return amount
}

export function cannotCapture(path: string, ref: string, message: string): Error {
  return listedError(path, 400, {
    code: 'cannot_capture_payment',
    message,
    source: { resource: PAYMENTS, ref },
  })
}
