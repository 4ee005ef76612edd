const dollars = new Intl.NumberFormat('en-US', { style: 'currency', currency: 'USD' })

export const formatCents = (cents: number): string => dollars.format(cents / 100)

/** A decimal string of Forage's. */
export const formatDecimal = (amount: string): string => dollars.format(Number(amount))

export const decimalToCents = (amount: string): number => Math.round(Number(amount) * 100)
