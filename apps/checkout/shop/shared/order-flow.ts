import type { Order, OrderPayment, PaymentStatus, SavedCard } from '../../src/merchant/api/shop-api.ts'

/** What the customer has to do next. Everything but what they asked to change is the order's own. */
export type OrderStep =
  | { readonly step: 'card' }
  | { readonly step: 'amounts'; readonly card: SavedCard | null }
  | ({ readonly step: 'pin' } & NextPin)
  | { readonly step: 'receipt' }
  | { readonly step: 'canceled' }

/** What the customer went back to, although the order has it. */
export type Changing = 'card' | 'amounts' | undefined

export interface NextPin {
  readonly payment: OrderPayment
  /** This is the n-th of `count` PINs. */
  readonly number: number
  readonly count: number
}

export function orderStep(order: Order, changing?: Changing): OrderStep {
  if (order.status === 'paid') return { step: 'receipt' }
  if (order.status === 'canceled') return { step: 'canceled' }
  const needsCard = order.card === null && order.ebtEligibleCents > 0
  if (changing === 'card' || needsCard) return { step: 'card' }
  const pin = changing === undefined ? nextPin(order) : undefined
  return pin ? { step: 'pin', ...pin } : { step: 'amounts', card: order.card }
}

/** Undefined: what is prepared does not pay the whole order, or is for another card than the chosen one. */
function nextPin({ payments, totalCents, card }: Order): NextPin | undefined {
  const preparedCents = payments.reduce((sum, { amountCents }) => sum + amountCents, 0)
  const ebt = payments.filter(({ tender }) => tender !== 'card')
  const open = ebt.filter(({ status }) => status !== 'paid')
  const [payment] = open
  if (!payment || preparedCents !== totalCents || open.some(({ cardRef }) => cardRef !== card?.ref))
    return undefined
  return { payment, number: ebt.indexOf(payment) + 1, count: ebt.length }
}

/** The benefits first. */
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

/** Forage is charging it: it is not known yet whether it goes through. */
export function isUnderWay(order: Order, ref: string): boolean {
  return statusOfPayment(order, ref) === 'processing'
}

function statusOfPayment({ payments }: Order, ref: string): PaymentStatus | undefined {
  return payments.find((payment) => payment.ref === ref)?.status
}

/** Whether the order went back from this step to the amounts because its payment waited too long for a PIN. */
export function hasRunOut(before: OrderStep, { ranOut }: Order): boolean {
  return before.step === 'pin' && ranOut.includes(before.payment.ref)
}

/** What is left of a payment after its refunds. */
export function unrefundedCents({ amountCents, refunds }: OrderPayment): number {
  return refunds.reduce((left, refund) => left - refund.amountCents, amountCents)
}
