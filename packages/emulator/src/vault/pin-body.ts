import * as v from 'valibot'

import type { ApiCall, JsonBody } from '../http/api-endpoint.ts'
import { listedError } from '../http/api-error.ts'
import { PAYMENT_METHODS } from '../payments/payment-methods.ts'
import type { PaymentMethod } from '../state/store.ts'

interface PinBody {
  pin: string
  card_number_token: string
}

export const pinSchema: v.GenericSchema<string> = v.pipe(
  v.string('pin has to be a string of four digits.'),
  v.regex(/^\d{4}$/, 'pin has to be a string of four digits.'),
)

/** What the SDKs send to the vault: forage-android-sdk RosettaPinSubmitter.kt, forage-ios-sdk Collector.swift. */
const schema: v.GenericSchema<PinBody> = v.object({
  pin: pinSchema,
  card_number_token: v.string('card_number_token has to be a string.'),
})

export const pinBody: JsonBody<v.GenericSchema<PinBody>> = {
  schema,
  resource: PAYMENT_METHODS,
  code: 'cannot_parse_request_body',
}

/** The PIN, for the card that the vault knows by this token. */
export function readPin(
  { path, body }: Pick<ApiCall<PinBody>, 'path' | 'body'>,
  method: PaymentMethod,
): string {
  if (body.card_number_token === method.vaultToken) return body.pin
  throw listedError(path, 400, {
    code: 'cannot_parse_request_body',
    message: 'card_number_token has to be the third part of card.token of this payment method.',
    source: { resource: PAYMENT_METHODS, ref: '' },
  })
}
