import type { Order, OrderPayment, PaymentStatus, SavedCard } from '../../src/merchant/api/shop-api.ts'

/** The customer's next step. It follows from the order, unless the customer went back to change something. */
export type OrderStep =
  | { readonly step: 'card' }
  | { readonly step: 'amounts'; readonly card: SavedCard | null }
  | ({ readonly step: 'pin' } & NextPin)
  | { readonly step: 'receipt' }
  | { readonly step: 'canceled' }

/** The step that the customer went back to, if any. */
export type Changing = 'card' | 'amounts' | undefined

export interface NextPin {
  readonly payment: OrderPayment
  /** The number of this PIN, from 1 to `count`. */
  readonly number: number
  readonly count: number
}

/** Returns the customer's next step. */
export function orderStep(order: Order, changing?: Changing): OrderStep {
  if (order.status === 'paid') return { step: 'receipt' }
  if (order.status === 'canceled') return { step: 'canceled' }
  const needsCard = order.card === null && order.ebtEligibleCents > 0
  if (changing === 'card' || needsCard) return { step: 'card' }
  const pin = changing === undefined ? nextPin(order) : undefined
  return pin ? { step: 'pin', ...pin } : { step: 'amounts', card: order.card }
}

/** Returns undefined if the prepared payments do not pay the whole order or use another card than the chosen one. */
function nextPin({ payments, totalCents, card }: Order): NextPin | undefined {
  const preparedCents = payments.reduce((sum, { amountCents }) => sum + amountCents, 0)
  const ebt = payments.filter(({ tender }) => tender !== 'card')
  const open = ebt.filter(({ status }) => status !== 'paid')
  const [payment] = open
  if (!payment || preparedCents !== totalCents || open.some(({ cardRef }) => cardRef !== card?.ref))
    return undefined
  return { payment, number: ebt.indexOf(payment) + 1, count: ebt.length }
}

/** Returns the paid payments, benefits first. */
export function paidPayments({ payments }: Pick<Order, 'payments'>): OrderPayment[] {
  const paid = payments.filter(({ status }) => status === 'paid')
  return paid.toSorted((one, other) => rank(one) - rank(other))
}

function rank({ tender }: OrderPayment): number {
  return ['ebt_snap', 'ebt_cash', 'card'].indexOf(tender)
}

export function paidCents(order: Order): number {
  return paidPayments(order).reduce((sum, { amountCents }) => sum + amountCents, 0)
}

export function isPaid(order: Order, ref: string): boolean {
  return statusOfPayment(order, ref) === 'paid'
}

/** Returns whether Forage is charging the card, so that the outcome is not known yet. */
export function isProcessing(order: Order, ref: string): boolean {
  return statusOfPayment(order, ref) === 'processing'
}

function statusOfPayment({ payments }: Order, ref: string): PaymentStatus | undefined {
  return payments.find((payment) => payment.ref === ref)?.status
}

/** Returns whether the order went back from the PIN to the amounts because its payment expired. */
export function hasRunOut(before: OrderStep, { ranOut }: Order): boolean {
  return before.step === 'pin' && ranOut.includes(before.payment.ref)
}

/** Returns the part of the payment that is not refunded yet. */
export function unrefundedCents({ amountCents, refunds }: OrderPayment): number {
  return refunds.reduce((left, refund) => left - refund.amountCents, amountCents)
}
