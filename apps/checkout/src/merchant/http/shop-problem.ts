import type { Context } from 'hono'

import type { ShopProblem } from '../api/shop-api.ts'

const problems = {
  invalid_cart: [400, 'We could not read your cart', 'Reload the page and choose your groceries again.'],
  invalid_request: [400, 'We could not read your request', 'Reload the page and try again.'],
  invalid_split: [
    400,
    'These amounts do not fit your order',
    'Nothing was charged. Reload the page and choose the amounts again.',
  ],
  request_too_large: [413, 'We could not read your request', 'Reload the page and try again.'],
  signed_out: [
    401,
    'You are signed out',
    'Nothing was charged. Your order is saved: sign in again to continue.',
  ],
  unknown_order: [404, 'We could not find this order', 'Go back to your cart and start a new order.'],
  card_missing: [409, 'This order has no card yet', 'Enter your EBT card first.'],
  partly_paid: [
    409,
    'A part of this order is already paid',
    'Reload the page to see the amount left, or cancel the order to get a refund.',
  ],
  payment_processing: [
    409,
    'A payment for this order is in progress',
    'Wait a moment and try again. You will not be charged twice.',
  ],
  order_is_over: [409, 'This order is already paid or canceled', 'Reload the page to see its status.'],
  order_is_open: [
    409,
    'This order is not fully paid yet',
    'Cancel the order instead. The customer gets back the paid amount.',
  ],
  excess_refund: [
    409,
    'This amount is more than you can refund',
    'Reload the page and refund at most the amount left.',
  ],
  payment_refused: [
    502,
    'We could not prepare your payment',
    'Nothing was charged. Try again, or use another card.',
  ],
  refund_failed: [
    502,
    'The refund failed',
    'The customer got no money back. Try again later, or call your payment provider.',
  ],
  payment_unavailable: [
    503,
    'Payments are not available right now',
    'Wait a moment and try again. You will not be charged twice.',
  ],
} as const satisfies Record<string, readonly [status: number, title: string, detail: string]>

export type ShopProblemCode = keyof typeof problems

/** Thrown to refuse a request. The response is the problem document for this code. */
export class OrderProblem extends Error {
  override readonly name = 'OrderProblem'
  readonly code: ShopProblemCode

  constructor(code: ShopProblemCode) {
    super(problems[code][1])
    this.code = code
  }
}

/** Returns the problem document (RFC 9457), whose texts are for the customer or the staff. */
export function shopProblem(c: Context, code: ShopProblemCode): Response {
  const [status, title, detail] = problems[code]
  const body: ShopProblem = { title, status, detail, code }
  return c.json(body, status, { 'Content-Type': 'application/problem+json' })
}
