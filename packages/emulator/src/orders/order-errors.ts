import { listedError, type ApiError } from '../http/api-error.ts'
import { ORDERS } from './order.ts'

/**
 * The codes of docs.joinforage.app/reference/custom-errors, with status 400. Only the beginning of the message of
 * `cannot_cancel_order` is public. The other messages follow the documented meanings of the codes.
 */
const sentences = {
  cannot_cancel_order: (ref: string, status: string) =>
    `Order ${ref} is in the ${status} state and therefore cannot be canceled.`,
  cannot_capture_order: (ref: string, status: string) =>
    `Order ${ref} is in the ${status} state and therefore cannot be captured.`,
  cannot_update_order: (ref: string, status: string) =>
    `Order ${ref} is in the ${status} state and therefore cannot be updated.`,
  different_ebt_card: (ref: string) =>
    `Order ${ref} already has a payment with another EBT card. All EBT payments of an order use the same card.`,
  duplicate_funding_type: (ref: string, fundingType: string) =>
    `Order ${ref} already has a payment with funding_type ${fundingType}. Update that payment instead.`,
  exceeds_snap_total: (ref: string) => `The SNAP payments exceed the snap_total of order ${ref}.`,
  exceeds_ebt_cash_total: (ref: string) => `The EBT Cash payments exceed the ebt_cash_total of order ${ref}.`,
  invalid_customer_id: (ref: string, customer: string) =>
    `The customer_id ${customer} is not the customer of order ${ref}.`,
  order_already_refunded: (ref: string) => `Order ${ref} has already been fully refunded.`,
  order_is_cancelled: (ref: string) => `Order ${ref} is canceled and therefore can't have new payments.`,
  order_not_succeeded: (ref: string, status: string) =>
    `Order ${ref} is in the ${status} state and therefore cannot be refunded.`,
  refund_exceeds_order_total: (ref: string) => `The refund exceeds the rest of order ${ref}.`,
  wait_for_batch_refund: (ref: string) =>
    `Order ${ref} has refunds that are still processing. Try again later.`,
  wrong_payment_total: (ref: string) => `The payments of order ${ref} do not add up to its totals.`,
}

export type OrderErrorCode = keyof typeof sentences

export function orderError(path: string, code: OrderErrorCode, ref: string, detail = ''): ApiError {
  const message = sentences[code](ref, detail)
  return listedError(path, 400, { code, message, source: { resource: ORDERS, ref } })
}
