import type { Tender } from '../../src/merchant/api/shop-api.ts'

const dollars = new Intl.NumberFormat('en-US', { style: 'currency', currency: 'USD' })

export const formatCents = (cents: number): string => dollars.format(cents / 100)

/** Formats a decimal string of Forage's API. */
export const formatDecimal = (amount: string): string => dollars.format(Number(amount))

export const decimalToCents = (amount: string): number => Math.round(Number(amount) * 100)

/** Returns the text of an amount field, for example `4.29`. */
export const centsText = (cents: number): string => (cents / 100).toFixed(2)

/**
 * Parses the text of an amount field. An empty field is 0. Returns undefined for text that is not an amount. A comma
 * separates thousands or, as in many countries, the cents: `4,29` must never become $429.
 */
export function parseCents(text: string): number | undefined {
  const typed = text.trim().replace(/^\$\s*/, '')
  if (typed === '') return 0
  const plain = typed.replace(/(\d),(?=\d{3}(?!\d))/g, '$1')
  const match = /^(?=.*\d)(\d{0,6})(?:[.,](\d{0,2}))?$/.exec(plain)
  return match ? Number(match[1]) * 100 + Number((match[2] ?? '').padEnd(2, '0')) : undefined
}

/** FNS requires these names of the benefits. The card is the one that the demo's processor has on file. */
export const tenderNames: Readonly<Record<Tender, string>> = {
  ebt_snap: 'EBT SNAP',
  ebt_cash: 'EBT Cash',
  card: 'Visa ending in 4242',
}

/** The name of the card on file where there is little room. */
export const shortCardName = 'Visa 4242'

/** Compares tenders for a list: benefits first, in the order in which they are charged. */
export function byTender(one: Tender, other: Tender): number {
  const inOrder = ['ebt_snap', 'ebt_cash', 'card']
  return inOrder.indexOf(one) - inOrder.indexOf(other)
}

const dateTime = new Intl.DateTimeFormat('en-US', { dateStyle: 'medium', timeStyle: 'short' })

export const formatTime = (at: number | string): string => {
  const date = new Date(at)
  return Number.isNaN(date.getTime()) ? String(at) : dateTime.format(date)
}
