import type { ApiCall } from '../api/api-endpoint.ts'
import type { EmulatorContext } from '../context/context.ts'
import { listedError, type ApiError } from '../http/api-error.ts'
import { paymentMethodTable } from '../payment-methods/payment-method.ts'
import type { Merchant } from '../shared/merchants.ts'
import { paymentEventData } from './event-data.ts'
import { PAYMENTS, paymentTable, type Payment } from './payment.ts'

/** Returns the merchant's payment. Throws the documented 404 if it is missing or belongs to an order. */
export function findPayment(
  { context, path, merchant }: Pick<ApiCall, 'context' | 'path' | 'merchant'>,
  ref = '',
): Payment {
  const found = context.store.table(paymentTable).get(ref)
  if (found?.merchant.id !== merchant.id || found.order !== undefined)
    throw unknownPayment(path, ref, merchant)
  return found
}

/** Message: docs.joinforage.app/reference/errors, under resource_not_found. */
function unknownPayment(path: string, ref: string, merchant: Merchant): ApiError {
  const message = `Payment with ref ${ref} does not exist for current Merchant with FNS ${merchant.fnsNumber}. For payments that are associated with an order, please use \`/api/orders/<order_ref>/payments/\` instead`
  return listedError(path, 404, { code: 'resource_not_found', message, source: { resource: PAYMENTS, ref } })
}

/** Stores the changes of a payment. A new outcome becomes an event. */
export function changePayment(
  context: EmulatorContext,
  payment: Payment,
  changes: Partial<Payment>,
): Payment {
  const changed: Payment = { ...payment, ...changes, updatedAt: context.time.now() }
  context.store.table(paymentTable).set(payment.ref, changed)
  if (changed.outcome !== payment.outcome)
    context.events.emit({ type: 'PAYMENT_STATUS_UPDATED', data: paymentEventData(changed) })
  return changed
}

/** Returns the card number of a payment. */
export function panOf({ store }: EmulatorContext, payment: Payment): string {
  return store.table(paymentMethodTable).get(payment.paymentMethod)?.pan ?? ''
}
