import type { Context } from 'hono'

import type { ShopProblem } from './shop-api.ts'

const problems = {
  invalid_cart: [400, 'Your cart could not be read', 'Reload the page and choose your groceries again.'],
  invalid_request: [400, 'The request could not be read', 'Reload the page and try again.'],
  unknown_checkout: [
    404,
    'This checkout is over',
    'Nothing was charged in it. Reload the page and start a new one.',
  ],
  payment_refused: [
    502,
    'The payment could not be prepared',
    'Nothing was charged. Use another card, or try again.',
  ],
  payment_unavailable: [
    503,
    'Payments are not available right now',
    'Nothing was charged. Wait a moment and try again.',
  ],
} as const satisfies Record<string, readonly [status: number, title: string, detail: string]>

export type ShopProblemCode = keyof typeof problems

/** A problem document (RFC 9457) in words for the customer. */
export function shopProblem(c: Context, code: ShopProblemCode): Response {
  const [status, title, detail] = problems[code]
  const body: ShopProblem = { title, status, detail, code }
  return c.json(body, status, { 'Content-Type': 'application/problem+json' })
}
