import type { EmulatorContext } from '../context/context.ts'
import type { FundingType } from '../payments/funding.ts'
import type { PaymentFailure } from '../payments/payment.ts'
import type { Merchant } from '../shared/merchants.ts'
import { defineTable, type TableDefinition } from '../state/table.ts'
import type { Order, OrderReceipt } from './order.ts'

/** A refund of an order's payment, keyed by its ref. */
export interface OrderRefund {
  readonly ref: string
  readonly merchant: Merchant
  /** The ref of its order. */
  readonly order: string
  /** The ref of its payment. */
  readonly payment: string
  readonly fundingType: FundingType
  /** Cents. */
  readonly amount: number
  readonly reason: string
  readonly metadata: Readonly<Record<string, unknown>>
  readonly createdAt: number
  /** The end of `processing`. */
  readonly completesAt: number
  readonly outcome:
    | { readonly status: 'succeeded'; readonly receipt: OrderReceipt }
    | { readonly status: 'failed'; readonly error: PaymentFailure }
}

export const orderRefundTable: TableDefinition<OrderRefund> = defineTable('order_refunds')

export function isProcessing({ time }: EmulatorContext, refund: OrderRefund): boolean {
  return time.now() < refund.completesAt
}

/** Returns the refunds of an order, in the order of their creation. */
export function orderRefundsOf({ store }: EmulatorContext, order: Order): OrderRefund[] {
  return order.refunds.flatMap((ref) => store.table(orderRefundTable).get(ref) ?? [])
}
