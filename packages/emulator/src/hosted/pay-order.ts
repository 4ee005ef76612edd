import type { EmulatorContext } from '../context.ts'
import { addOrderPayment, addsUp, livePayments } from '../orders/order-payment.ts'
import { changeOrder, isOrderOpen } from '../orders/order-state.ts'
import { settle } from '../payments/settle.ts'
import { storeCard } from '../payments/store-card.ts'
import type { Order, OrderReceipt, PaymentFailure, PaymentMethod } from '../state/store.ts'
import { ebtDecline } from '../vault/ebt-declines.ts'
import { networkOf } from '../vault/ebt-network.ts'

/** Why nothing was tried. A decline is told by the order itself. */
export type PayProblem =
  | 'card_number'
  | 'pin'
  | 'cannot_capture_order'
  | 'wrong_payment_total'
  | 'different_ebt_card'

/** docs.joinforage.app/docs/test-cards: its EBT part goes through, its credit part does not. */
const CREDIT_FAILS = '3333333333333345'

const fundingTypes = ['ebt_snap', 'ebt_cash'] as const

/** In cents, by who pays. What a benefit is not accepted for is left to the credit card. */
export function amountsDue(order: Order): { snap: number; cash: number; other: number } {
  const { supportedBenefits, totals } = order
  const snap = supportedBenefits.includes('snap') ? totals.snap : 0
  const cash = supportedBenefits.includes('ebt_cash') ? totals.ebtCash : 0
  return { snap, cash, other: totals.snap + totals.ebtCash + totals.remaining - snap - cash }
}

/** Captures an order with what its customer typed: the hosted page's one act. What is paid stays paid. */
export async function payOrder(
  context: EmulatorContext,
  ref: string,
  typed: URLSearchParams,
): Promise<PayProblem | undefined> {
  const pin = typed.get('pin') ?? ''
  const pan = (typed.get('card_number') ?? '').replaceAll(' ', '')
  if (!/^\d{4}$/.test(pin)) return 'pin'
  if (pan !== '' && !/^\d{16,19}$/.test(pan)) return 'card_number'
  const card = pan === '' ? undefined : await storeTyped(context, ref, pan)
  // Read after the wait: of two clicks the second finds what the first has done.
  const order = context.store.orders.get(ref)
  if (order?.status === 'succeeded') return undefined
  if (!order || !isOrderOpen(context, order)) return 'cannot_capture_order'
  const ready = order.products === null ? withItsPayments(context, order) : withCard(context, order, card)
  if (typeof ready === 'string') return ready
  capture(context, ready, pin)
  return undefined
}

/** A Custom order has its card, one that is over needs none. */
async function storeTyped(
  context: EmulatorContext,
  ref: string,
  pan: string,
): Promise<PaymentMethod | undefined> {
  const order = context.store.orders.get(ref)
  if (!order || order.products === null || !isOrderOpen(context, order)) return undefined
  return await storeCard(context, { pan, customerId: order.customerId ?? undefined, reusable: true })
}

function capture(context: EmulatorContext, ready: Order, pin: string): void {
  const order = changeOrder(context, ready, { status: 'processing' })
  const failure = chargeAll(context, order, pin)
  const previousErrors = failure ? [...order.previousErrors, failure] : order.previousErrors
  changeOrder(
    context,
    order,
    failure
      ? { status: 'failed', previousErrors }
      : { status: 'succeeded', receipt: receiptOf(context, order) },
  )
}

function withItsPayments(context: EmulatorContext, order: Order): Order | PayProblem {
  return addsUp(context, order) ? order : 'wrong_payment_total'
}

/** A Fully Hosted order gets its payments here: one for each benefit, on the card that was typed. */
function withCard(
  context: EmulatorContext,
  order: Order,
  card: PaymentMethod | undefined,
): Order | PayProblem {
  const { paymentMethods } = context.store
  const chosen = card ?? paymentMethods.get(order.paymentMethod ?? '')
  if (!chosen) return 'card_number'
  const paid = livePayments(context, order).find(({ outcome }) => outcome.status === 'succeeded')
  if (paid && paymentMethods.get(paid.paymentMethod)?.pan !== chosen.pan) return 'different_ebt_card'
  return withPayments(context, order, paid?.paymentMethod ?? chosen.ref)
}

/** A payment that failed is tried again as it is; on another card if that was typed. */
function withPayments(context: EmulatorContext, order: Order, paymentMethod: string): Order {
  const now = context.time.now()
  const { snap, cash } = amountsDue(order)
  const due = { ebt_snap: snap, ebt_cash: cash, credit_tpp: 0, benefit: 0 }
  const live = livePayments(context, order)
  for (const payment of live.filter(({ outcome }) => outcome.status !== 'succeeded'))
    context.store.payments.set(payment.ref, {
      ...payment,
      paymentMethod,
      amount: due[payment.fundingType],
      updatedAt: now,
    })
  const missing = fundingTypes.filter(
    (type) => due[type] > 0 && !live.some(({ fundingType }) => fundingType === type),
  )
  const call = { context, path: '/payment', merchant: order.merchant, now }
  return missing.reduce(
    (sofar, type) => {
      const fields = { funding_type: type, amount: due[type], payment_method: paymentMethod }
      return addOrderPayment(call, sofar, fields).order
    },
    changeOrder(context, order, { paymentMethod }),
  )
}

/** Up to the first decline. What was charged before stays charged: the next try pays what is left. */
function chargeAll(context: EmulatorContext, order: Order, pin: string): PaymentFailure | undefined {
  for (const payment of livePayments(context, order)) {
    if (payment.outcome.status === 'succeeded') continue
    const { answer } = settle(context, payment, payment.amount ?? 0, (pan, benefit, cents) =>
      networkOf(context).capture(pan, pin, benefit, cents),
    )
    if (!answer.approved) return failureOf(answer.decline)
  }
  const pan = context.store.paymentMethods.get(order.paymentMethod ?? '')?.pan
  // Inferred: 56 is the one code of the list whose meaning is a failed credit.
  return amountsDue(order).other > 0 && pan === CREDIT_FAILS ? failureOf(ebtDecline('56')) : undefined
}

function failureOf({ forage_code: code, message }: { forage_code: string; message: string }): PaymentFailure {
  return { code, message }
}

function receiptOf(context: EmulatorContext, order: Order): OrderReceipt {
  const receipts = livePayments(context, order).flatMap(({ outcome }) =>
    outcome.status === 'succeeded' ? [outcome.receipt] : [],
  )
  const last = receipts.at(-1)
  return {
    reference: context.random.hex(10),
    snap: receipts.reduce((cents, { snap }) => cents + snap, 0),
    cash: receipts.reduce((cents, { cash }) => cents + cash, 0),
    other: amountsDue(order).other,
    balance: last?.balance ?? null,
    last4: last?.last4 ?? '',
    at: context.time.now(),
  }
}
