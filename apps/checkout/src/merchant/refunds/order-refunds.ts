import type { NewRefund } from '../api/shop-api.ts'
import type { FaultLog } from '../fault-log.ts'
import { OrderProblem } from '../http/shop-problem.ts'
import type { OrderStore } from '../orders/order-store.ts'
import type { OrderDocument } from '../orders/order.ts'
import type { CardProcessor } from '../processors/card-processor.ts'
import { isRefusedForGood, type ForagePayments, type RefundOutcome } from '../processors/forage-payments.ts'
import { pendingRefunds, reserveRefund, settleRefund, type RefundOfPayment } from './refunds.ts'

export interface OrderRefunds {
  /** The order with this refund made, or on its way. The same key, the same refund. */
  make(order: OrderDocument, wanted: NewRefund): Promise<OrderDocument>
  /**
   * What became of the refunds that are not over, as far as Forage answers; one that it never heard of is made. An
   * error of another kind is reported.
   */
  finish(order: OrderDocument): Promise<OrderDocument>
}

export interface OrderRefundsContext {
  orders: OrderStore
  forage: ForagePayments
  cards: CardProcessor
  now: () => number
  report: FaultLog
}

/** Reserved first, so that two refunds at once give back no more than was paid; then made; then noted. */
export function createOrderRefunds(context: OrderRefundsContext): OrderRefunds {
  const { orders, now, report } = context
  const once = onceAtATime<RefundOutcome>()

  const pursue = async (
    { id, customer }: OrderDocument,
    pending: RefundOfPayment,
    isKnown: boolean,
  ): Promise<RefundOutcome> => {
    const { payment, refund } = pending
    const name = `${customer}-${id}-${refund.key}`
    const outcome = await once(name, () => askForRefund(context, name, pending, isKnown))
    orders.change(id, (latest) => settleRefund(latest, payment.ref, refund.key, outcome))
    return outcome
  }

  return {
    async make(order, wanted) {
      const isKnown = order.payments.some(({ refunds }) => refunds.some(({ key }) => key === wanted.key))
      const reserved = orders.change(order.id, (latest) => reserveRefund(latest, wanted, now()))
      const pending = pendingRefunds(reserved).find(({ refund }) => refund.key === wanted.key)
      if (pending && (await pursue(reserved, pending, isKnown)) === 'failed')
        throw new OrderProblem('refund_failed')
      return orders.get(order.id) ?? reserved
    },
    async finish(order) {
      const pending = pendingRefunds(order)
      if (pending.length === 0) return order
      // Whoever reads the order is not kept from it: the next read asks again.
      for (const each of pending) await pursue(order, each, true).catch(report)
      return orders.get(order.id) ?? order
    },
  }
}

/** Who asks for what is being done gets what comes of it. */
function onceAtATime<T>(): (name: string, act: () => Promise<T>) => Promise<T> {
  const inFlight = new Map<string, Promise<T>>()
  return (name, act) => {
    const running = inFlight.get(name) ?? act().finally(() => inFlight.delete(name))
    inFlight.set(name, running)
    return running
  }
}

/**
 * The key makes it once, as long as Forage keeps the key. Of a refund that may be older than that, Forage is asked
 * first.
 */
async function askForRefund(
  { forage, cards }: OrderRefundsContext,
  idempotencyKey: string,
  { payment: { tender, ref }, refund: { key, amountCents, reason } }: RefundOfPayment,
  isKnown: boolean,
): Promise<RefundOutcome> {
  if (tender === 'card') {
    await cards.refund(idempotencyKey, ref, amountCents)
    return 'succeeded'
  }
  const found = isKnown ? await forage.findRefund(ref, key) : undefined
  if (found) return found
  try {
    return await forage.refund(ref, { idempotencyKey, key, amountCents, reason })
  } catch (error) {
    // What the network lost stays reserved: it is asked for again, and made once.
    if (isRefusedForGood(error)) return 'failed'
    throw error
  }
}
