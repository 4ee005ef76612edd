import { expect, test } from 'vitest'

import type { Order, OrderPayment } from '../../src/merchant/api/shop-api.ts'
import { hasRunOut, isProcessing, orderStep, paidCents } from './order-flow.ts'

const card = { ref: 'card1', last4: '0001' }

function payment(
  tender: OrderPayment['tender'],
  amountCents: number,
  more: Partial<OrderPayment> = {},
): OrderPayment {
  const cardRef = tender === 'card' ? null : card.ref
  return { tender, amountCents, cardRef, ref: `${tender}-1`, status: 'open', refunds: [], ...more }
}

function order(more: Partial<Order>): Order {
  return {
    id: 'o1',
    customerId: 'hash',
    createdAt: 0,
    fulfilment: 'pickup',
    lines: [],
    totalCents: 1828,
    snapEligibleCents: 429,
    ebtEligibleCents: 828,
    card,
    payments: [],
    ranOut: [],
    status: 'open',
    ...more,
  }
}

const prepared = [payment('card', 1000), payment('ebt_snap', 429), payment('ebt_cash', 399)]
const halfPaid = prepared.map((each) =>
  each.tender === 'ebt_snap' ? { ...each, status: 'paid' as const } : each,
)

test('a new order needs the EBT card first, then the amounts', () => {
  expect(orderStep(order({ card: null }))).toEqual({ step: 'card' })
  expect(orderStep(order({}))).toEqual({ step: 'amounts', card })
})

test('an order without eligible products needs no EBT card', () => {
  const gift = order({ card: null, snapEligibleCents: 0, ebtEligibleCents: 0 })
  expect(orderStep(gift)).toEqual({ step: 'amounts', card: null })
})

test('each EBT payment needs its own PIN, one after the other', () => {
  expect(orderStep(order({ payments: prepared }))).toMatchObject({
    step: 'pin',
    number: 1,
    count: 2,
    payment: { tender: 'ebt_snap' },
  })
  expect(orderStep(order({ payments: halfPaid }))).toMatchObject({
    step: 'pin',
    number: 2,
    count: 2,
    payment: { tender: 'ebt_cash' },
  })
  expect(paidCents(order({ payments: halfPaid }))).toBe(429)
})

test('if payments do not pay the whole order or use another card, the amounts must be chosen again', () => {
  const ranOut = prepared.filter(({ tender }) => tender !== 'ebt_cash')
  expect(orderStep(order({ payments: ranOut })).step).toBe('amounts')
  expect(orderStep(order({ payments: prepared, card: { ref: 'card2', last4: '0002' } })).step).toBe('amounts')
})

test('a payment with one card stays paid when another card pays the rest', () => {
  const payments = halfPaid.map((each) => (each.tender === 'ebt_cash' ? { ...each, cardRef: 'card2' } : each))
  const step = orderStep(order({ payments, card: { ref: 'card2', last4: '0002' } }))
  expect(step).toMatchObject({ step: 'pin', payment: { tender: 'ebt_cash' } })
})

test('the customer can go back to the card and the amounts until the order is paid or canceled', () => {
  for (const changing of ['card', 'amounts'] as const) {
    expect(orderStep(order({ payments: prepared }), changing).step).toBe(changing)
    expect(orderStep(order({ payments: prepared, status: 'paid' }), changing).step).toBe('receipt')
    expect(orderStep(order({ status: 'canceled' }), changing).step).toBe('canceled')
  }
})

test('while Forage is charging a payment, its step stays and the next PIN waits', () => {
  const processing = order({
    payments: prepared.map((each) => (each.tender === 'ebt_snap' ? { ...each, status: 'processing' } : each)),
  })
  expect(orderStep(processing)).toMatchObject({ step: 'pin', payment: { tender: 'ebt_snap' }, number: 1 })
  expect(isProcessing(processing, 'ebt_snap-1')).toBe(true)
  expect(isProcessing(processing, 'ebt_cash-1')).toBe(false)
})

test('a payment has expired only if the order says so, because another tab may have changed the amounts', () => {
  const atPin = orderStep(order({ payments: prepared }))
  expect(hasRunOut(atPin, order({ ranOut: ['ebt_snap-1'] }))).toBe(true)
  expect(hasRunOut(atPin, order({}))).toBe(false)
  expect(hasRunOut(orderStep(order({})), order({ ranOut: ['ebt_snap-1'] }))).toBe(false)
})
