import type { NewRefund } from '../api/shop-api.ts'
import { OrderProblem } from '../http/shop-problem.ts'
import type { OrderStore } from '../orders/order-store.ts'
import type { OrderDocument } from '../orders/order.ts'
import type { CardProcessor } from '../processors/card-processor.ts'
import { isRefusedForGood, type ForagePayments, type RefundOutcome } from '../processors/forage-payments.ts'
import {
  isRefundKey,
  pendingRefunds,
  reserveRefund,
  withRefundOutcome,
  type RefundOfPayment,
} from './refunds.ts'

export interface OrderRefunds {
  /** Makes the refund and returns the order with it. Calls with the same key refund once. */
  make(order: OrderDocument, newRefund: NewRefund): Promise<OrderDocument>
  /**
   * Reads the outcome of unfinished refunds from Forage, and makes those that Forage does not have. Errors are reported
   * and not thrown, so that the caller can still show the order.
   */
  finish(order: OrderDocument): Promise<OrderDocument>
}

export interface OrderRefundsContext {
  orders: OrderStore
  forage: ForagePayments
  cards: CardProcessor
  now: () => number
  report: (error: unknown) => void
}

/**
 * Creates the functions that make refunds. Each refund is first reserved in the order, so that concurrent refunds never
 * exceed the paid amount. Then it is made at Forage, and its outcome is stored.
 */
export function createOrderRefunds(context: OrderRefundsContext): OrderRefunds {
  const { orders, now, report } = context
  const once = onceAtATime<RefundOutcome>()

  const complete = async (
    { id, customer }: OrderDocument,
    pending: RefundOfPayment,
    isKnown: boolean,
  ): Promise<RefundOutcome> => {
    const { payment, refund } = pending
    const name = `${customer}-${id}-${refund.key}`
    const outcome = await once(name, () => requestRefund(context, name, pending, isKnown))
    orders.change(id, (latest) => withRefundOutcome(latest, payment.key, refund.key, outcome))
    return outcome
  }

  return {
    async make(order, newRefund) {
      if (!isRefundKey(newRefund.key)) throw new OrderProblem('invalid_request')
      const isKnown = order.payments.some(({ refunds }) => refunds.some(({ key }) => key === newRefund.key))
      const reserved = orders.change(order.id, (latest) => reserveRefund(latest, newRefund, now()))
      const pending = pendingRefunds(reserved).find(({ refund }) => refund.key === newRefund.key)
      if (pending && (await complete(reserved, pending, isKnown)) === 'failed')
        throw new OrderProblem('refund_failed')
      return orders.get(order.id) ?? reserved
    },
    async finish(order) {
      const pending = pendingRefunds(order)
      if (pending.length === 0) return order
      // An error must not hide the order. The next read tries again.
      for (const each of pending) await complete(order, each, true).catch(report)
      return orders.get(order.id) ?? order
    },
  }
}

/** Returns a function that shares one run between concurrent calls with the same name. */
function onceAtATime<T>(): (name: string, run: () => Promise<T>) => Promise<T> {
  const inFlight = new Map<string, Promise<T>>()
  return (name, run) => {
    const running = inFlight.get(name) ?? run().finally(() => inFlight.delete(name))
    inFlight.set(name, running)
    return running
  }
}

/**
 * Makes the refund. While Forage keeps the idempotency key, a repeated request refunds once. A known refund may be older
 * than that, so its outcome is read from Forage first.
 */
async function requestRefund(
  { forage, cards }: OrderRefundsContext,
  idempotencyKey: string,
  { payment: { tender, ref }, refund: { key, amountCents, reason } }: RefundOfPayment,
  isKnown: boolean,
): Promise<RefundOutcome> {
  if (tender === 'card')
    return (await cards.refund(idempotencyKey, ref, amountCents)) ? 'succeeded' : 'failed'
  const found = isKnown ? await forage.findRefund(ref, key) : undefined
  if (found) return found
  try {
    return await forage.refund(ref, { idempotencyKey, key, amountCents, reason })
  } catch (error) {
    // After a network failure the refund stays reserved. It is requested again later and made once.
    if (isRefusedForGood(error)) return 'failed'
    throw error
  }
}
