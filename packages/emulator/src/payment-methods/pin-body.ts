import * as v from 'valibot'

import type { ApiCall, JsonBody } from '../api/api-endpoint.ts'
import { listedError } from '../http/api-error.ts'
import { PAYMENT_METHODS, type PaymentMethod } from './payment-method.ts'

interface PinBody {
  pin: string
  card_number_token: string
}

export const pinSchema: v.GenericSchema<string> = v.pipe(
  v.string('pin has to be a string of four digits.'),
  v.regex(/^\d{4}$/, 'pin has to be a string of four digits.'),
)

/** The body that the SDKs send to the vault: forage-android-sdk RosettaPinSubmitter.kt, forage-ios-sdk Collector.swift. */
const schema: v.GenericSchema<PinBody> = v.object({
  pin: pinSchema,
  card_number_token: v.string('card_number_token has to be a string.'),
})

export const pinBody: JsonBody<v.GenericSchema<PinBody>> = {
  schema,
  resource: PAYMENT_METHODS,
  code: 'cannot_parse_request_body',
}

/** Returns the PIN. Throws if the body's card token is not the vault's token of this payment method. */
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
