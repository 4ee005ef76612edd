import type { Context } from 'hono'

import type { ShopProblem } from '../api/shop-api.ts'

const problems = {
  invalid_cart: [400, 'Your cart could not be read', 'Reload the page and choose your groceries again.'],
  invalid_request: [400, 'The request could not be read', 'Reload the page and try again.'],
  invalid_split: [
    400,
    'These amounts do not fit your order',
    'Nothing was charged. Reload the page and choose the amounts again.',
  ],
  signed_out: [
    401,
    'You are signed out',
    'Sign in again: your order is still here, and nothing was charged.',
  ],
  unknown_order: [404, 'This order is not yours, or is over', 'Go back to the shop and start a new one.'],
  card_missing: [409, 'There is no card yet', 'Enter your EBT card first.'],
  partly_paid: [
    409,
    'A part of this order is paid already',
    'Reload the page to see what is left, or cancel the order to get it back.',
  ],
  payment_processing: [
    409,
    'A payment of this order is on its way',
    'Wait a moment and try again: you are not charged twice.',
  ],
  order_is_over: [409, 'This order is paid or canceled', 'Reload the page to see it.'],
  order_is_open: [409, 'This order is not paid yet', 'Cancel it instead: what was paid of it is refunded.'],
  excess_refund: [409, 'That is more than is left to refund', 'Reload the page, and refund what is left.'],
  payment_refused: [
    502,
    'The payment could not be prepared',
    'Nothing was charged. Use another card, or try again.',
  ],
  refund_failed: [
    502,
    'The refund did not go through',
    'The card has not been credited. Try again later, or call your provider.',
  ],
  payment_unavailable: [
    503,
    'Payments are not available right now',
    'Wait a moment and try again: you are not charged twice.',
  ],
} as const satisfies Record<string, readonly [status: number, title: string, detail: string]>

export type ShopProblemCode = keyof typeof problems

/** A reason to stop, which the customer is told. */
export class OrderProblem extends Error {
  override readonly name = 'OrderProblem'
  readonly code: ShopProblemCode

  constructor(code: ShopProblemCode) {
    super(problems[code][1])
    this.code = code
  }
}

/** A problem document (RFC 9457) in words for the customer. */
export function shopProblem(c: Context, code: ShopProblemCode): Response {
  const [status, title, detail] = problems[code]
  const body: ShopProblem = { title, status, detail, code }
  return c.json(body, status, { 'Content-Type': 'application/problem+json' })
}
