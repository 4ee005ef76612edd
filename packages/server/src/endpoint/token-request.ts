import * as v from 'valibot'

import { parseJson } from '../upstream/upstream-error-code.ts'

const reasons = ['first', 'renewal', 'expired', 'rejected'] as const
const body = v.object({ checkout_id: v.nullish(v.string()), reason: v.nullish(v.picklist(reasons), 'first') })

/** Why the browser asks: no token yet, renewed early, run out, or refused by the API. */
export type TokenRequestReason = (typeof reasons)[number]

export interface TokenRequestBody {
  checkoutId: string | undefined
  reason: TokenRequestReason
}

/** What the browser sent. An empty body says nothing about the checkout; undefined if it cannot be read. */
export function parseTokenRequest(text: string): TokenRequestBody | undefined {
  const value = text.trim() === '' ? {} : parseJson(text)
  const parsed = v.safeParse(body, value)
  // An array is an object to the schema.
  if (!parsed.success || Array.isArray(value)) return undefined
  return { checkoutId: parsed.output.checkout_id ?? undefined, reason: parsed.output.reason }
}
