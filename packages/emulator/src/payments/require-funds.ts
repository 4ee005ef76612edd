import type { ApiCall } from '../http/api-endpoint.ts'
import { invalidInput, listedError } from '../http/api-error.ts'
import type { Payment, PaymentMethod } from '../state/store.ts'
import { PAYMENT_METHODS } from './payment-methods.ts'
import { isPaymentExpired } from './payment-status.ts'

type FundingType = Payment['fundingType']

/** Which cards pay by which kind of tender. */
const typesOf: { readonly [Type in FundingType]: readonly PaymentMethod['type'][] } = {
  ebt_snap: ['ebt'],
  ebt_cash: ['ebt'],
  credit_tpp: ['credit', 'debit', 'prepaid'],
  benefit: ['benefit'],
}

type Call = Pick<ApiCall, 'context' | 'path' | 'now'>

/** Throws where this card can't pay by that tender. */
export function requireTender(path: string, fundingType: FundingType, { ref, type }: PaymentMethod): void {
  if (typesOf[fundingType].includes(type)) return
  const message = `Payment method ${ref} of type ${type} cannot be used with funding_type ${fundingType}.`
  throw invalidInput(path, PAYMENT_METHODS, message)
}

/** Throws where this card can't pay by that tender, or was for one payment and had it. */
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
  return [...store.payments.values()]
    .filter((other) => other.paymentMethod === method.ref && other.ref !== ref)
    .some(
      (other) =>
        other.outcome.status === 'succeeded' ||
        (switches.singleUseCard === 'payment' &&
          other.outcome.status !== 'canceled' &&
          !isPaymentExpired(other, now)),
    )
}

/** The message is that of forage-ios-sdk's tests. */
function cardNotReusable(path: string, ref: string): Error {
  return listedError(path, 400, {
    code: 'card_not_reusable',
    message: `Payment method ${ref} is not reusable`,
    source: { resource: PAYMENT_METHODS, ref },
  })
}
