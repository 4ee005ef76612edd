import type { Checkout, CheckoutPayment } from '../src/merchant/shop-api.ts'

export interface Card {
  /** Of the payment method. */
  ref: string
  last4: string
}

/** Where the customer is. Each step holds what the ones before it have settled. */
export type CheckoutFlow =
  | { readonly step: 'cart'; readonly isReopened: boolean }
  | { readonly step: 'card'; readonly checkout: Checkout }
  | {
      readonly step: 'balance'
      readonly checkout: Checkout
      readonly card: Card
      readonly isChecked: boolean
    }
  | { readonly step: 'pin'; readonly checkout: Checkout; readonly card: Card; readonly paymentRef: string }
  | { readonly step: 'receipt'; readonly checkout: Checkout; readonly paymentRef: string }

export type Step = CheckoutFlow['step']

export type CheckoutEvent =
  | { type: 'checkout-created'; checkout: Checkout }
  | { type: 'card-stored'; card: Card }
  | { type: 'balance-checked' }
  | { type: 'payment-prepared'; payment: CheckoutPayment }
  | { type: 'paid' }
  | { type: 'another-card' }
  | { type: 'cart-reopened' }
  | { type: 'started-over' }

export const firstStep: CheckoutFlow = { step: 'cart', isReopened: false }
const reopenedCart: CheckoutFlow = { step: 'cart', isReopened: true }

/** The one place where the step changes. An event that comes too late for its step changes nothing. */
export function advance(flow: CheckoutFlow, event: CheckoutEvent): CheckoutFlow {
  switch (event.type) {
    case 'checkout-created':
      return flow.step === 'cart' ? { step: 'card', checkout: event.checkout } : flow
    case 'card-stored':
      if (flow.step !== 'card') return flow
      return { step: 'balance', checkout: flow.checkout, card: event.card, isChecked: false }
    case 'balance-checked':
      return flow.step === 'balance' ? { ...flow, isChecked: true } : flow
    case 'payment-prepared':
      return prepared(flow, event.payment)
    case 'paid':
      if (flow.step !== 'pin') return flow
      return { step: 'receipt', checkout: flow.checkout, paymentRef: flow.paymentRef }
    case 'another-card':
      return isPaying(flow) ? { step: 'card', checkout: flow.checkout } : flow
    case 'cart-reopened':
      return isPaying(flow) ? reopenedCart : flow
    case 'started-over':
      return flow.step === 'receipt' ? reopenedCart : flow
  }
}

function prepared(flow: CheckoutFlow, { paymentRef, isPaid }: CheckoutPayment): CheckoutFlow {
  if (flow.step !== 'balance' || !flow.isChecked) return flow
  const { checkout, card } = flow
  return isPaid ? { step: 'receipt', checkout, paymentRef } : { step: 'pin', checkout, card, paymentRef }
}

type Paying = Extract<CheckoutFlow, { step: 'card' | 'balance' | 'pin' }>

/** Between the cart and the receipt. */
export function isPaying(flow: CheckoutFlow): flow is Paying {
  return flow.step === 'card' || flow.step === 'balance' || flow.step === 'pin'
}

export function checkoutOf(flow: CheckoutFlow): Checkout | undefined {
  return flow.step === 'cart' ? undefined : flow.checkout
}
