import type { Merchant } from '../shared/merchants.ts'
import { formatAmount } from '../shared/money.ts'
import type { FundingType } from './funding.ts'
import type { Payment } from './payment.ts'

/** Returns the `data` of a webhook about a payment: docs.joinforage.app/docs/webhooks-event-reference. */
export function paymentEventData(payment: Payment): Record<string, unknown> {
  const { amount, fundingType, merchant, order = null, outcome, ref } = payment
  return {
    ...merchantEventData(merchant),
    order_ref: order,
    payment_ref: ref,
    funding_type: fundingType,
    amount: amount === null ? null : formatAmount(amount),
    status: outcome.status,
  }
}

interface EventfulRefund {
  readonly ref: string
  readonly merchant: Merchant
  /** The ref of its payment. */
  readonly payment: string
  /** The ref of its order. Undefined: the payment has no order. */
  readonly order?: string
  readonly fundingType: FundingType
  /** Cents. */
  readonly amount: number
  readonly outcome: { readonly status: string }
}

/** Returns the `data` of a webhook about a refund. The docs name `refund_ref`; the others are inferred from payments. */
export function refundEventData(refund: EventfulRefund): Record<string, unknown> {
  const { amount, fundingType, merchant, order = null, outcome, payment, ref } = refund
  return {
    ...merchantEventData(merchant),
    order_ref: order,
    payment_ref: payment,
    refund_ref: ref,
    funding_type: fundingType,
    amount: formatAmount(amount),
    status: outcome.status,
  }
}

export function merchantEventData({ fnsNumber, id }: Merchant): {
  merchant_fns: string
  merchant_id: string
} {
  return { merchant_fns: fnsNumber, merchant_id: id }
}
