import type { EmulatorContext } from './context.ts'
import { formatAmount } from './money.ts'
import { writeBalance } from './payment-methods.ts'
import type { Payment, PaymentFailure, Receipt } from './store.ts'

/** `canceled` is what only time makes of a payment. */
type PaymentStatus = Payment['outcome']['status'] | 'canceled'

/** 30 minutes after its creation a payment that did not succeed can't be captured any more. */
export function isPaymentExpired(payment: Payment, now: number): boolean {
  return payment.outcome.status !== 'succeeded' && now >= payment.expiresAt
}

function statusOf(context: EmulatorContext, payment: Payment): PaymentStatus {
  const expired = isPaymentExpired(payment, context.time.now())
  return expired ? context.switches.expiredPaymentStatus : payment.outcome.status
}

/** The Payment object of docs.joinforage.app/reference/payments; decimals are strings. */
export function writePayment(context: EmulatorContext, payment: Payment): Record<string, unknown> {
  const { echoed, outcome } = payment
  return {
    ref: payment.ref,
    merchant: payment.merchant.fnsNumber,
    funding_type: payment.fundingType,
    amount: payment.amount === null ? null : formatAmount(payment.amount),
    description: echoed['description'] ?? '',
    metadata: echoed['metadata'] ?? {},
    payment_method: payment.paymentMethod.ref,
    customer_id: echoed['customer_id'] ?? payment.paymentMethod.customerId ?? null,
    external_order_id: echoed['external_order_id'] ?? null,
    delivery_address: echoed['delivery_address'] ?? null,
    is_delivery: payment.isDelivery,
    created: isoTime(payment.createdAt),
    updated: isoTime(payment.updatedAt),
    status: statusOf(context, payment),
    last_processing_error: outcome.status === 'failed' ? outcome.error.code : null,
    success_date: outcome.status === 'succeeded' ? isoTime(outcome.at) : null,
    receipt: outcome.status === 'succeeded' ? writeReceipt(outcome.receipt) : null,
    refunds: [],
    expires_at: isoTime(payment.expiresAt),
    previous_errors: payment.previousErrors.map(writeFailure),
  }
}

function writeFailure({ code, message }: PaymentFailure): Record<string, string> {
  return { code, message }
}

function writeReceipt(receipt: Receipt): Record<string, unknown> {
  return {
    ref_number: receipt.reference,
    is_voided: false,
    snap_amount: formatAmount(receipt.snap),
    ebt_cash_amount: formatAmount(receipt.cash),
    other_amount: '0.00',
    sales_tax_applied: '0.00',
    balance: { id: 1, ...writeBalance(receipt.balance) },
    last_4: receipt.last4,
    message: 'Approved',
    transaction_type: 'Payment',
    created: isoTime(receipt.at),
  }
}

function isoTime(at: number): string {
  return new Date(at).toISOString()
}
