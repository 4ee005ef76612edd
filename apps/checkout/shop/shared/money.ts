import type { Tender } from '../../src/merchant/api/shop-api.ts'

const dollars = new Intl.NumberFormat('en-US', { style: 'currency', currency: 'USD' })

export const formatCents = (cents: number): string => dollars.format(cents / 100)

/** A decimal string of Forage's. */
export const formatDecimal = (amount: string): string => dollars.format(Number(amount))

export const decimalToCents = (amount: string): number => Math.round(Number(amount) * 100)

/** As FNS asks them to be called; the card is the one that the demo's processor has on file. */
export const tenderNames: Readonly<Record<Tender, string>> = {
  ebt_snap: 'EBT SNAP',
  ebt_cash: 'EBT Cash',
  card: 'Visa ending in 4242',
}

const dateTime = new Intl.DateTimeFormat('en-US', { dateStyle: 'medium', timeStyle: 'short' })

export const formatTime = (at: number | string): string => {
  const date = new Date(at)
  return Number.isNaN(date.getTime()) ? String(at) : dateTime.format(date)
}
