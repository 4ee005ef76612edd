import type { Split } from '../api/shop-api.ts'
import type { OrderDocument } from '../orders/order.ts'
import { cancelOrder } from './cancel-payments.ts'
import { preparePayments } from './prepare-payments.ts'
import { reconcile, type OrderPaymentsContext } from './reconcile.ts'

export interface OrderPayments {
  /**
   * Creates the payments of this split, so that the customer can enter the PINs. Repeated and concurrent calls with the
   * same split create the same payments.
   */
  prepare(order: OrderDocument, split: Split): Promise<OrderDocument>
  /**
   * Reads the status of open payments and unfinished refunds from Forage. Charges the card on file once all benefits
   * are charged.
   */
  reconcile(order: OrderDocument): Promise<OrderDocument>
  /** Cancels the order and refunds its paid payments. */
  cancel(order: OrderDocument): Promise<OrderDocument>
}

/** Creates the functions that prepare, follow and cancel the payments of an order. */
export function createOrderPayments(context: OrderPaymentsContext): OrderPayments {
  return {
    prepare: (order, split) => preparePayments(context, order, split),
    reconcile: async (order) => context.refunds.finish(await reconcile(context, order)),
    cancel: (order) => cancelOrder(context, order),
  }
}
