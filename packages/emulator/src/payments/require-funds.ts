import type { ApiCall } from '../api/api-endpoint.ts'
import { invalidInput, listedError } from '../http/api-error.ts'
import { PAYMENT_METHODS, type PaymentMethod } from '../payment-methods/payment-method.ts'
import type { FundingType } from './funding.ts'
import { isPaymentExpired } from './payment-status.ts'
import { paymentTable, type Payment } from './payment.ts'

/** The types of cards for each funding type. */
const typesOf: { readonly [Type in FundingType]: readonly PaymentMethod['type'][] } = {
  ebt_snap: ['ebt'],
  ebt_cash: ['ebt'],
  credit_tpp: ['credit', 'debit', 'prepaid'],
  credit_payfac: ['credit', 'debit', 'prepaid'],
  benefit: ['benefit'],
}

type Call = Pick<ApiCall, 'context' | 'path' | 'now'>

/** Throws if a card of this type cannot pay with the funding type. */
export function requireTender(path: string, fundingType: FundingType, { ref, type }: PaymentMethod): void {
  if (typesOf[fundingType].includes(type)) return
  const message = `Payment method ${ref} of type ${type} cannot be used with funding_type ${fundingType}.`
  throw invalidInput(path, PAYMENT_METHODS, message)
}

/** Throws if the card cannot pay with the funding type, or if it was for one payment and is used. */
export function requireFunds(
  call: Call,
  { ref, fundingType }: Pick<Payment, 'ref' | 'fundingType'>,
  method: PaymentMethod,
): void {
  requireTender(call.path, fundingType, method)
  if (!method.reusable && isSpent(call, ref, method)) throw cardNotReusable(call.path, method.ref)
}

function isSpent({ context, now }: Call, ref: string, method: PaymentMethod): boolean {
  const { store, switches } = context
  return [...store.table(paymentTable).values()]
    .filter((other) => other.paymentMethod === method.ref && other.ref !== ref)
    .some(
      (other) =>
        other.outcome.status === 'succeeded' ||
        (switches.singleUseCard === 'payment' &&
          other.outcome.status !== 'canceled' &&
          !isPaymentExpired(other, now)),
    )
}

/** The message is from forage-ios-sdk's tests. */
function cardNotReusable(path: string, ref: string): Error {
  return listedError(path, 400, {
    code: 'card_not_reusable',
    message: `Payment method ${ref} is not reusable`,
    source: { resource: PAYMENT_METHODS, ref },
  })
}
