import * as v from 'valibot'

import { invalidInput, listedError } from '../../http/api-error.ts'
import { formatAmount } from '../../shared/money.ts'
import { centsSchema } from '../payment-body.ts'
import { PAYMENTS } from '../payment.ts'

/** The members that decide the sum. The others are forage-android-sdk's sample app, CaptureRequest.kt. */
const product = v.object({
  unit_price: centsSchema,
  quantity: v.pipe(
    v.union([v.number(), v.pipe(v.string(), v.regex(/^\d+(\.\d+)?$/))]),
    v.transform(Number),
    v.check((quantity) => quantity >= 0 && Number.isFinite(quantity)),
  ),
})

/** Throws if the captured products do not cost the captured amount. Without products, nothing is checked. */
export function requireSum(path: string, ref: string, amount: number, products: readonly unknown[]): void {
  if (products.length === 0) return
  const parsed = v.safeParse(v.array(product), products)
  if (!parsed.success)
    throw invalidInput(path, PAYMENTS, 'Each product has to have unit_price and quantity, as decimals.')
  const sum = parsed.output.reduce((cents, each) => cents + Math.round(each.unit_price * each.quantity), 0)
  if (sum === amount) return
  // Message: docs.joinforage.app/reference/sdk-errors
  throw listedError(path, 400, {
    code: 'amount_mismatch',
    message: `Payment amount needs to equal to products amount. Payment amount: ${formatAmount(amount)}, products amount: ${formatAmount(sum)}.`,
    source: { resource: PAYMENTS, ref },
  })
}
