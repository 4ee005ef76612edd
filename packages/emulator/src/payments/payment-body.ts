import * as v from 'valibot'

import { parseAmount } from '../shared/money.ts'
import { recordSchema } from '../shared/wire.ts'
import { fundingTypes, type FundingType } from './funding.ts'
import type { Healthcare, Payment, Settlement } from './payment.ts'

const MIN_AMOUNT_CENTS = 1

/** Reads a decimal of at least 0.01, as a string or number, in cents. */
export const amountSchema: v.GenericSchema<string | number, number> = v.pipe(
  v.union([v.string(), v.number()], 'amount has to be a decimal.'),
  v.check(
    (value) => (parseAmount(value) ?? 0) >= MIN_AMOUNT_CENTS,
    'amount has to be a decimal of at least 0.01 with at most two places.',
  ),
  v.transform((value) => parseAmount(value) ?? 0),
)

/** Reads a decimal of at least 0, as a string or number, in cents. */
export const centsSchema: v.GenericSchema<string | number, number> = v.pipe(
  v.union([v.string(), v.number()], 'A total, fee or settlement has to be a decimal.'),
  v.check(
    (value) => parseAmount(value) !== undefined,
    'A total, fee or settlement has to be a decimal with at most two places.',
  ),
  v.transform((value) => parseAmount(value) ?? 0),
)

const requiredFields = {
  funding_type: v.picklist(fundingTypes, `funding_type has to be one of ${fundingTypes.join(', ')}.`),
  payment_method: v.string('payment_method has to be the ref of a payment method.'),
}

/** A placeholder, whose capture is deferred, gets `amount` and the other fields later. */
const optionalFields = {
  amount: v.nullish(amountSchema),
  description: v.nullish(v.string('description has to be a string.')),
  metadata: v.nullish(recordSchema),
  is_delivery: v.nullish(v.boolean('is_delivery has to be true or false.')),
  delivery_address: v.nullish(recordSchema),
  customer_id: v.nullish(v.string('customer_id has to be a string.')),
  external_order_id: v.nullish(v.string('external_order_id has to be a string.')),
  qualified_healthcare_total: v.nullish(centsSchema),
  qualified_healthcare_subtotal: v.nullish(centsSchema),
  platform_fee: v.nullish(centsSchema),
  merchant_fixed_settlement: v.nullish(centsSchema),
  platform_fixed_settlement: v.nullish(centsSchema),
  pos_terminal: v.nullish(recordSchema),
}

const newPayment = v.object({ ...requiredFields, ...optionalFields })

type Decimal = number | null | undefined
type Text = string | null | undefined
type Json = Record<string, unknown> | null | undefined

/** Amounts are in cents. */
export interface PaymentChanges {
  funding_type?: FundingType | undefined
  payment_method?: string | undefined
  amount?: Decimal
  description?: Text
  metadata?: Json
  is_delivery?: boolean | null | undefined
  delivery_address?: Json
  customer_id?: Text
  external_order_id?: Text
  qualified_healthcare_total?: Decimal
  qualified_healthcare_subtotal?: Decimal
  platform_fee?: Decimal
  merchant_fixed_settlement?: Decimal
  platform_fixed_settlement?: Decimal
  pos_terminal?: Json
}

export interface NewPayment extends PaymentChanges {
  funding_type: FundingType
  payment_method: string
}

export const newPaymentSchema: v.GenericSchema<unknown, NewPayment> = newPayment
export const paymentChangesSchema: v.GenericSchema<unknown, PaymentChanges> = v.partial(newPayment)

type ChargeFields = Pick<
  Payment,
  | 'fundingType'
  | 'paymentMethod'
  | 'amount'
  | 'description'
  | 'customerId'
  | 'deliveryAddress'
  | 'isDelivery'
  | 'settlement'
  | 'healthcare'
>

/** Returns the fields that decide a charge: the values of the body, or else the earlier ones. */
export function chargeFields(body: PaymentChanges, before: ChargeFields): ChargeFields {
  return {
    fundingType: body.funding_type ?? before.fundingType,
    paymentMethod: body.payment_method ?? before.paymentMethod,
    amount: given(body.amount, before.amount),
    description: given(body.description, before.description) ?? '',
    customerId: given(body.customer_id, before.customerId),
    deliveryAddress: given(body.delivery_address, before.deliveryAddress),
    isDelivery: given(body.is_delivery, before.isDelivery),
    healthcare: healthcareOf(body, before.healthcare),
    settlement: settlementOf(body, before.settlement),
  }
}

function healthcareOf(body: PaymentChanges, before: Healthcare | undefined): Healthcare | undefined {
  const total = given(body.qualified_healthcare_total, before?.total ?? null)
  const subtotal = given(body.qualified_healthcare_subtotal, before?.subtotal ?? null)
  return total === null && subtotal === null ? undefined : { total, subtotal }
}

function settlementOf(body: PaymentChanges, before: Settlement | undefined): Settlement | undefined {
  const platformFee = given(body.platform_fee, before?.platformFee ?? null)
  const merchantFixed = given(body.merchant_fixed_settlement, before?.merchantFixed ?? null)
  const platformFixed = given(body.platform_fixed_settlement, before?.platformFixed ?? null)
  if (platformFee === null && merchantFixed === null && platformFixed === null) return undefined
  return { platformFee, merchantFixed, platformFixed }
}

/** Returns the value of the body, or the earlier one if the body omits it. Null removes the value. */
export function given<Value>(value: Value | undefined, before: Value): Value {
  return value === undefined ? before : value
}
