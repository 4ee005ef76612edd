import * as v from 'valibot'

import { apiEndpoint, type ApiCall } from '../api/api-endpoint.ts'
import type { EmulatorContext } from '../context/context.ts'
import { listedError, type ApiError } from '../http/api-error.ts'
import type { Endpoint } from '../http/endpoint.ts'
import { isHsaFsaCard } from '../vault/credit-processor.ts'
import { paymentMethodSchema, writePaymentMethod } from './payment-method-wire.ts'
import { PAYMENT_METHODS, type CreditCard } from './payment-method.ts'
import { storeCard } from './store-card.ts'

const digits = (pattern: RegExp, message: string): v.GenericSchema<string> =>
  v.pipe(v.string(message), v.regex(pattern, message))

const wholeNumber = (min: number, max: number, message: string): v.GenericSchema<string | number, number> =>
  v.pipe(
    v.union([v.number(), v.pipe(v.string(), v.regex(/^\d+$/))], message),
    v.transform(Number),
    v.check((value) => Number.isInteger(value) && value >= min && value <= max, message),
  )

/** forage-ios-sdk sends two digits (CardExpiration.swift), forage-android-sdk four. Recorded answers have four. */
const expiryYear = v.pipe(
  wholeNumber(0, 2099, 'exp_year has to be a year of two or four digits.'),
  v.check((year) => year < 100 || year >= 2000, 'exp_year has to be a year of two or four digits.'),
  v.transform((year) => (year < 100 ? 2000 + year : year)),
)

/** The body that the SDKs send: forage-ios-sdk ForageAPI.swift. */
const newCard = v.object({
  type: v.picklist(
    ['credit', 'debit', 'prepaid', 'benefit'],
    'type has to be one of credit, debit, prepaid, benefit.',
  ),
  card: v.object({
    number: digits(/^\d{13,19}$/, 'number has to be a string of 13 to 19 digits.'),
    name: v.nullish(v.string('name has to be a string.')),
    zip_code: v.nullish(v.string('zip_code has to be a string.')),
    exp_month: wholeNumber(1, 12, 'exp_month has to be from 1 to 12.'),
    exp_year: expiryYear,
    security_code: digits(/^\d{3,4}$/, 'security_code has to be a string of three or four digits.'),
    is_hsa_fsa: v.optional(v.boolean('is_hsa_fsa has to be true or false.'), false),
  }),
  customer_id: v.optional(v.string('customer_id has to be a string.')),
  reusable: v.optional(v.boolean('reusable has to be true or false.'), true),
})

export const creditCardEndpoint: Endpoint = apiEndpoint({
  method: 'POST',
  path: '/proxy/api/payment_methods/',
  summary: 'Stores a credit, debit, HSA or FSA card.',
  source: 'forage-ios-sdk ForageAPI.swift',
  tokens: 'either',
  merchant: 'required',
  idempotencyKey: 'optional',
  body: { schema: newCard, resource: PAYMENT_METHODS, code: 'cannot_parse_request_body' },
  replies: { 201: { description: 'The payment method.', schema: paymentMethodSchema } },
  async handle(call) {
    const { context, merchant, path } = call
    const { card, customer_id: customerId, reusable, type } = requireAccepted(call)
    const method = await storeCard(
      context,
      {
        type,
        pan: card.number,
        customerId,
        reusable,
        merchantId: merchant.id,
        credit: creditOf(context, card),
      },
      path,
    )
    return { status: 201, body: writePaymentMethod(method) }
  },
})

function creditOf({ random }: EmulatorContext, card: NewCard['card']): CreditCard {
  return {
    expMonth: card.exp_month,
    expYear: card.exp_year,
    isHsaFsa: card.is_hsa_fsa,
    processorCustomer: `cus_${random.alphanumeric(14)}`,
    processorCard: `pm_${random.alphanumeric(24)}`,
  }
}

type NewCard = v.InferOutput<typeof newCard>

function requireAccepted({ body, context, path }: ApiCall<NewCard>): NewCard {
  if (body.card.is_hsa_fsa && !isHsaFsaCard(body.card.number))
    throw refused(path, 'not_an_hsa_fsa_card', 'The card is not an HSA/FSA card.')
  // docs.joinforage.app/reference/errors
  if (body.type === 'benefit' && context.switches.benefitBins === 'reject')
    throw refused(path, 'benefit_bin_not_supported', 'BIN is currently not supported for benefit.')
  return body
}

function refused(path: string, code: string, message: string): ApiError {
  return listedError(path, 400, { code, message, source: { resource: PAYMENT_METHODS, ref: '' } })
}
