import type { EmulatorContext } from '../context/context.ts'
import { addOrderPayment, addsUp, livePayments } from '../orders/order-payment.ts'
import { changeOrder, isOrderOpen } from '../orders/order-state.ts'
import { orderTable, type Order, type OrderReceipt } from '../orders/order.ts'
import { paymentMethodTable, type PaymentMethod } from '../payment-methods/payment-method.ts'
import { storeCard } from '../payment-methods/store-card.ts'
import { captureEbt } from '../payments/captures/capture-ebt.ts'
import { paymentTable, type PaymentFailure } from '../payments/payment.ts'
import { ebtDecline } from '../vault/ebt-declines.ts'
import { networkOf } from '../vault/ebt-network.ts'
import { testCard } from '../vault/test-cards.ts'

/** The reason why no capture was tried. The order itself has a decline. */
export type PayProblem =
  | 'card_number'
  | 'pin'
  | 'cannot_capture_order'
  | 'wrong_payment_total'
  | 'different_ebt_card'

const fundingTypes = ['ebt_snap', 'ebt_cash'] as const

/** Returns the cents by who pays. The credit card pays the amounts for which no benefit is accepted. */
export function amountsDue(order: Order): { snap: number; cash: number; other: number } {
  const { supportedBenefits, totals } = order
  const snap = supportedBenefits.includes('snap') ? totals.snap : 0
  const cash = supportedBenefits.includes('ebt_cash') ? totals.ebtCash : 0
  return { snap, cash, other: totals.snap + totals.ebtCash + totals.remaining - snap - cash }
}

/** Captures an order with the customer's card number and PIN. Payments that succeeded before stay paid. */
export async function payOrder(
  context: EmulatorContext,
  ref: string,
  typed: URLSearchParams,
): Promise<PayProblem | undefined> {
  const pin = typed.get('pin') ?? ''
  const pan = (typed.get('card_number') ?? '').replaceAll(' ', '')
  if (!/^\d{4}$/.test(pin)) return 'pin'
  if (pan !== '' && !/^\d{16,19}$/.test(pan)) return 'card_number'
  const card = pan === '' ? undefined : await storeTypedCard(context, ref, pan)
  // Read the order after the wait, so that a second click sees the result of the first.
  const order = context.store.table(orderTable).get(ref)
  if (order?.status === 'succeeded') return undefined
  if (!order || !isOrderOpen(context, order)) return 'cannot_capture_order'
  const ready = order.products === null ? withItsPayments(context, order) : withCard(context, order, card)
  if (typeof ready === 'string') return ready
  capture(context, ready, pin)
  return undefined
}

/** Stores the card, unless the order is Custom, which has a card, or finished. */
async function storeTypedCard(
  context: EmulatorContext,
  ref: string,
  pan: string,
): Promise<PaymentMethod | undefined> {
  const order = context.store.table(orderTable).get(ref)
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

/** Creates the payments of a Fully Hosted order: one for each benefit, on the typed card. */
function withCard(
  context: EmulatorContext,
  order: Order,
  card: PaymentMethod | undefined,
): Order | PayProblem {
  const paymentMethods = context.store.table(paymentMethodTable)
  const chosen = card ?? paymentMethods.get(order.paymentMethod ?? '')
  if (!chosen) return 'card_number'
  const paid = livePayments(context, order).find(({ outcome }) => outcome.status === 'succeeded')
  if (paid && paymentMethods.get(paid.paymentMethod)?.pan !== chosen.pan) return 'different_ebt_card'
  return withPayments(context, order, paid?.paymentMethod ?? chosen.ref)
}

/** Prepares the payments. A failed payment is tried again, on another card if the customer typed one. */
function withPayments(context: EmulatorContext, order: Order, paymentMethod: string): Order {
  const now = context.time.now()
  const { snap, cash } = amountsDue(order)
  const due = { ebt_snap: snap, ebt_cash: cash, credit_tpp: 0, credit_payfac: 0, benefit: 0 }
  const live = livePayments(context, order)
  for (const payment of live.filter(({ outcome }) => outcome.status !== 'succeeded'))
    context.store.table(paymentTable).set(payment.ref, {
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
    (current, type) => {
      const fields = { funding_type: type, amount: due[type], payment_method: paymentMethod }
      return addOrderPayment(call, current, fields).order
    },
    changeOrder(context, order, { paymentMethod }),
  )
}

/** Charges the payments up to the first decline. Charged payments stay charged: the next try pays the rest. */
function chargeAll(context: EmulatorContext, order: Order, pin: string): PaymentFailure | undefined {
  for (const payment of livePayments(context, order)) {
    if (payment.outcome.status === 'succeeded') continue
    const { answer } = captureEbt(context, payment, payment.amount ?? 0, (pan, benefit, cents) =>
      networkOf(context).capture(pan, pin, benefit, cents),
    )
    if (!answer.approved) return failureOf(answer.decline)
  }
  const pan = context.store.table(paymentMethodTable).get(order.paymentMethod ?? '')?.pan ?? ''
  const { creditFails = false } = testCard(pan, context.switches.testCardPage)
  // Inferred: 56 is the only code that means a failed credit.
  return amountsDue(order).other > 0 && creditFails ? failureOf(ebtDecline('56')) : undefined
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
    snap: receipts.reduce((cents, { snap }) => cents + snap, 0),
    cash: receipts.reduce((cents, { cash }) => cents + cash, 0),
    other: amountsDue(order).other,
    balance: last?.balance ?? null,
    last4: last?.last4 ?? '',
    at: context.time.now(),
  }
}
