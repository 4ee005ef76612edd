import type {
  Order,
  OrderPayment,
  PaymentStatus,
  SavedCard,
  Split,
  Tender,
} from '../../src/merchant/api/shop-api.ts'
import { byTender } from './money.ts'

/** The steps of an order, in their order. A name is also the last part of the step's URL. */
const steps = [
  'card',
  'new-card',
  'balance',
  'amounts',
  'pay-snap',
  'pay-cash',
  'receipt',
  'canceled',
] as const

export type StepName = (typeof steps)[number]

/** Returns whether the step comes before the other one. */
export function isEarlier(step: StepName, than: string): boolean {
  return steps.indexOf(step) < steps.findIndex((name) => name === than)
}

/** The step that the customer sees, with what it needs. */
export type OrderStep =
  | { readonly step: 'card' | 'new-card' | 'receipt' | 'canceled' }
  | { readonly step: 'balance'; readonly card: SavedCard }
  /** The card is null if no product of the order can be paid with EBT. */
  | { readonly step: 'amounts'; readonly card: SavedCard | null }
  | PinStepOf

/** The step in which one benefit pays. */
export interface PinStepOf {
  readonly step: 'pay-snap' | 'pay-cash'
  readonly payment: OrderPayment
  /** The number of this PIN, from 1 to `count`. */
  readonly number: number
  readonly count: number
}

/**
 * Returns the step that the customer asks for, or the customer's next step if the order is not that far or already
 * further.
 */
export function orderStep(order: Order, wanted?: string): OrderStep {
  if (order.status === 'paid') return { step: 'receipt' }
  if (order.status === 'canceled') return { step: 'canceled' }
  const { card } = order
  const needsCard = order.ebtEligibleCents > 0
  if (needsCard && (wanted === 'card' || wanted === 'new-card')) return { step: wanted }
  if (needsCard && !card) return { step: 'card' }
  if (card && wanted === 'balance') return { step: 'balance', card }
  const pin = wanted === 'amounts' ? undefined : nextPin(order)
  return pin ?? { step: 'amounts', card }
}

/** Returns undefined if the prepared payments do not pay the whole order or use another card than the chosen one. */
function nextPin(order: Order): PinStepOf | undefined {
  const ebt = benefitsFirst(order.payments).filter(({ tender }) => tender !== 'card')
  const open = ebt.filter(({ status }) => status !== 'paid')
  const [payment] = open
  if (!payment || !isPrepared(order) || open.some(({ cardRef }) => cardRef !== order.card?.ref))
    return undefined
  const step = payment.tender === 'ebt_snap' ? 'pay-snap' : 'pay-cash'
  return { step, payment, number: ebt.length - open.length + 1, count: ebt.length }
}

/** Returns whether the payments pay the whole order. */
function isPrepared({ payments, totalCents }: Order): boolean {
  return sumCents(payments) === totalCents
}

/** Returns the paid payments, benefits first. */
export function paidPayments({ payments }: Pick<Order, 'payments'>): OrderPayment[] {
  return benefitsFirst(payments).filter(({ status }) => status === 'paid')
}

function benefitsFirst(payments: readonly OrderPayment[]): OrderPayment[] {
  return payments.toSorted((one, other) => byTender(one.tender, other.tender))
}

/** Returns the sum of the payments, or only of those with this tender. */
export function sumCents(payments: readonly OrderPayment[], only?: Tender): number {
  const counted = payments.filter(({ tender }) => only === undefined || tender === only)
  return counted.reduce((sum, { amountCents }) => sum + amountCents, 0)
}

/** Returns what each tender pays, benefits first. Returns undefined if the payments do not pay the whole order. */
export function splitOf(order: Order): Split | undefined {
  if (!isPrepared(order)) return undefined
  const { payments } = order
  return {
    snapCents: sumCents(payments, 'ebt_snap'),
    cashCents: sumCents(payments, 'ebt_cash'),
    cardCents: sumCents(payments, 'card'),
  }
}

export function paidCents(order: Order): number {
  return sumCents(paidPayments(order))
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

/** Returns whether a payment of the order expired, and no other one took its place. */
export function hasRunOut({ ranOut, payments }: Order): boolean {
  return ranOut.length > 0 && payments.every(({ status }) => status === 'paid')
}

/** Returns the part of the payment that is not refunded yet. */
export function unrefundedCents({ amountCents, refunds }: OrderPayment): number {
  return refunds.reduce((left, refund) => left - refund.amountCents, amountCents)
}
