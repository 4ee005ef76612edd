import { expect, test } from 'vitest'

import { advance, firstStep, type CheckoutEvent, type CheckoutFlow } from './checkout-flow.ts'

const checkout = { id: 'c1', customerId: 'hash', lines: [], totalCents: 636 }
const card = { ref: '1f148fe399', last4: '0001' }

const toCard: CheckoutEvent[] = [{ type: 'checkout-created', checkout }]
const toBalance: CheckoutEvent[] = [...toCard, { type: 'card-stored', card }]
const toPin: CheckoutEvent[] = [
  ...toBalance,
  { type: 'balance-checked' },
  { type: 'payment-prepared', payment: { paymentRef: 'p1', isPaid: false } },
]

const after = (...events: CheckoutEvent[]): CheckoutFlow => events.reduce(advance, firstStep)

test('a checkout goes from the cart to the receipt', () => {
  expect(after(...toPin, { type: 'paid' })).toEqual({ step: 'receipt', checkout, paymentRef: 'p1' })
})

test('no payment is prepared before the balance was checked', () => {
  const payment = { paymentRef: 'p1', isPaid: false }
  expect(after(...toBalance, { type: 'payment-prepared', payment }).step).toBe('balance')
})

test('a checkout that was paid elsewhere shows its receipt instead of asking for the PIN', () => {
  const payment = { paymentRef: 'p1', isPaid: true }
  const flow = after(...toBalance, { type: 'balance-checked' }, { type: 'payment-prepared', payment })
  expect(flow).toEqual({ step: 'receipt', checkout, paymentRef: 'p1' })
})

test('another card has its own balance and keeps the checkout', () => {
  const flow = after(...toPin, { type: 'another-card' }, { type: 'card-stored', card })
  expect(flow).toEqual({ step: 'balance', checkout, card, isChecked: false })
})

test.each([
  ['a second card', { type: 'card-stored', card }],
  ['a second checkout', { type: 'checkout-created', checkout: { ...checkout, id: 'c2' } }],
  ['a late balance', { type: 'balance-checked' }],
  ['starting over', { type: 'started-over' }],
] satisfies [string, CheckoutEvent][])('%s does not disturb the PIN step', (_, event) => {
  const flow = after(...toPin)
  expect(advance(flow, event)).toBe(flow)
})

test('a paid checkout cannot go back to its cart, only to a new one', () => {
  const paid = after(...toPin, { type: 'paid' })
  expect(advance(paid, { type: 'cart-reopened' })).toBe(paid)
  expect(advance(paid, { type: 'started-over' }).step).toBe('cart')
})
