import type { OrderStore } from '../orders/order-store.ts'
import type { CardProcessor } from '../processors/card-processor.ts'
import type { ForagePayments } from '../processors/forage-payments.ts'
import type { OrderRefunds } from '../refunds/order-refunds.ts'

/** The stores and services that the functions in this folder use. */
export interface PaymentsContext {
  orders: OrderStore
  forage: ForagePayments
  cards: CardProcessor
  refunds: OrderRefunds
  now: () => number
  /** Receives errors of work that is tried again later. */
  report: (error: unknown) => void
}
