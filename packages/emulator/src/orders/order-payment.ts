import type { ApiCall } from '../api/api-endpoint.ts'
import type { EmulatorContext } from '../context/context.ts'
import { findPaymentMethod } from '../payment-methods/find-payment-method.ts'
import type { FundingType } from '../payments/funding.ts'
import { paymentTable, type Payment } from '../payments/payment.ts'
import { requireTender } from '../payments/require-funds.ts'
import { panOf } from '../payments/stored-payment.ts'
import { newRef } from '../state/new-ref.ts'
import { orderError } from './order-errors.ts'
import { changeOrder, ORDER_LIFETIME_MS, orderStatus, paymentsOf } from './order-state.ts'
import type { Order } from './order.ts'

export interface NewOrderPayment {
  readonly funding_type: FundingType
  readonly payment_method: string
  /** Cents. */
  readonly amount: number
  readonly description?: string | null | undefined
  readonly metadata?: Readonly<Record<string, unknown>> | null | undefined
  readonly customer_id?: string | null | undefined
  readonly external_order_id?: string | null | undefined
}

type OrderCall = Pick<ApiCall, 'context' | 'path' | 'merchant' | 'now'>

/** Adds a payment to an order. Throws the documented 400 if the payment does not fit the order. */
export function addOrderPayment(
  call: OrderCall,
  order: Order,
  fields: NewOrderPayment,
): { order: Order; payment: Payment } {
  const payment = newPayment(call, order, fields)
  requireFits(call, order, payment)
  call.context.store.table(paymentTable).set(payment.ref, payment)
  const payments = [...order.payments, payment.ref]
  return { payment, order: changeOrder(call.context, order, { payments }) }
}

function newPayment(call: OrderCall, order: Order, fields: NewOrderPayment): Payment {
  const { context, merchant, now } = call
  const method = findPaymentMethod(call, fields.payment_method)
  requireTender(call.path, fields.funding_type, method)
  return {
    ref: newRef(context.random, context.store.table(paymentTable)),
    order: order.ref,
    merchant,
    paymentMethod: method.ref,
    fundingType: fields.funding_type,
    amount: fields.amount,
    description: fields.description ?? '',
    metadata: fields.metadata ?? {},
    customerId: fields.customer_id ?? order.customerId ?? method.customerId ?? null,
    externalOrderId: fields.external_order_id ?? order.externalOrderId,
    deliveryAddress: order.deliveryAddress,
    isDelivery: order.isDelivery,
    createdAt: now,
    updatedAt: now,
    expiresAt: now + ORDER_LIFETIME_MS,
    previousErrors: [],
    outcome: { status: 'requires_confirmation' },
  }
}

/** Throws if this payment, new or changed, does not fit its order and the order's other payments. */
export function requireFits(
  { context, path }: Pick<ApiCall, 'context' | 'path'>,
  order: Order,
  payment: Payment,
): void {
  const status = orderStatus(context, order)
  if (status === 'canceled') throw orderError(path, 'order_is_cancelled', order.ref)
  if (status === 'succeeded' || status === 'processing')
    throw orderError(path, 'cannot_update_order', order.ref, status)
  const others = livePayments(context, order).filter(({ ref }) => ref !== payment.ref)
  if (others.some(({ fundingType }) => fundingType === payment.fundingType))
    throw orderError(path, 'duplicate_funding_type', order.ref, payment.fundingType)
  if (others.some((other) => panOf(context, other) !== panOf(context, payment)))
    throw orderError(path, 'different_ebt_card', order.ref)
  if (payment.customerId !== null && order.customerId !== null && payment.customerId !== order.customerId)
    throw orderError(path, 'invalid_customer_id', order.ref, payment.customerId)
  requireWithinTotal(path, order, payment)
}

function requireWithinTotal(path: string, { ref, totals }: Order, { amount, fundingType }: Payment): void {
  if (fundingType === 'ebt_snap' && (amount ?? 0) > totals.snap)
    throw orderError(path, 'exceeds_snap_total', ref)
  if (fundingType === 'ebt_cash' && (amount ?? 0) > totals.ebtCash)
    throw orderError(path, 'exceeds_ebt_cash_total', ref)
}

/** Returns the payments that are not canceled. A canceled one leaves room for another. */
export function livePayments(context: EmulatorContext, order: Order): Payment[] {
  return paymentsOf(context, order).filter(({ outcome }) => outcome.status !== 'canceled')
}

/** Returns whether the payments cover the EBT totals exactly: no other card may pay for those. */
export function addsUp(context: EmulatorContext, order: Order): boolean {
  const paid = livePayments(context, order).reduce((cents, { amount }) => cents + (amount ?? 0), 0)
  return paid === order.totals.snap + order.totals.ebtCash
}
