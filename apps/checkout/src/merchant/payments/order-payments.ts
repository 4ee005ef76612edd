import type { Split } from '../api/shop-api.ts'
import type { OrderDocument } from '../orders/order.ts'
import { cancelOrder } from './cancel-order.ts'
import type { PaymentsContext } from './payments-context.ts'
import { preparePayments } from './prepare-payments.ts'
import { chargeCard, finishOrder, readPayments } from './settle-payments.ts'

export interface OrderPayments {
  /**
   * Creates the payments of this split, so that the customer can enter the PINs. Repeated and concurrent calls with the
   * same split create the same payments.
   */
  prepare(order: OrderDocument, split: Split): Promise<OrderDocument>
  /** Reads the status of open payments from Forage and finishes what needs no customer. Charges nothing. */
  read(order: OrderDocument): Promise<OrderDocument>
  /**
   * Does the same, and charges the card on file once all benefits are charged. `named` are the refs of payments that may
   * have changed although they were over.
   */
  settle(order: OrderDocument, named?: readonly string[]): Promise<OrderDocument>
  /** Cancels the order and refunds its paid payments. */
  cancel(order: OrderDocument): Promise<OrderDocument>
  /** Cancels leftover payments and finishes refunds. Errors are reported: the next call tries again. */
  finish(order: OrderDocument): Promise<OrderDocument>
}

/** Creates the functions that prepare, follow and cancel the payments of an order. */
export function createOrderPayments(context: PaymentsContext): OrderPayments {
  return {
    prepare: (order, split) => preparePayments(context, order, split),
    read: async (order) => finishOrder(context, await readPayments(context, order)),
    settle: async (order, named) =>
      finishOrder(context, await chargeCard(context, await readPayments(context, order, named))),
    cancel: (order) => cancelOrder(context, order),
    finish: (order) => finishOrder(context, order),
  }
}
