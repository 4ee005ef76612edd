import * as v from 'valibot'

import { isoTime, refSchema, timestampSchema } from '../shared/wire.ts'
import { balanceSchema, writeBalance } from '../vault/balance.ts'
import { brandOf } from '../vault/credit-processor.ts'
import type { CreditCard, PaymentMethod } from './payment-method.ts'
import { stateOf } from './state-bins.ts'

const ebtCardSchema = v.object({
  last_4: v.string(),
  created: timestampSchema,
  token: v.pipe(v.string(), v.description('Three tokens, separated by commas. The third is the vault’s.')),
  /** Null for a card from 9999: docs.joinforage.app/docs/custom-quickstart. */
  state: v.nullable(v.string()),
  fingerprint: v.string(),
  fingerprint_v2: v.string(),
})

const creditCardSchema = v.strictObject({
  brand: v.string(),
  exp_month: v.number(),
  exp_year: v.number(),
  last_4: v.string(),
  created: timestampSchema,
  is_hsa_fsa: v.boolean(),
  psp_customer_id: v.string(),
  payment_method_id: v.string(),
})

/** docs.joinforage.app/reference/payment-methods */
const ebtMethodSchema = v.object({
  ref: refSchema,
  type: v.literal('ebt'),
  balance: v.nullable(balanceSchema),
  card: ebtCardSchema,
  customer_id: v.optional(v.string()),
  reusable: v.boolean(),
})

/** Exactly the members of the answer in forage-android-sdk ecom/services/ForageSDKTest.kt. */
const creditMethodSchema = v.strictObject({
  ref: refSchema,
  type: v.picklist(['credit', 'debit', 'prepaid', 'benefit']),
  reusable: v.boolean(),
  card: creditCardSchema,
  balance: v.null(),
  billing_details: v.null(),
})

export const paymentMethodSchema: v.GenericSchema = v.union([ebtMethodSchema, creditMethodSchema])

export function writePaymentMethod(method: PaymentMethod): Record<string, unknown> {
  const { credit } = method
  return credit ? writeCreditMethod(method, credit) : writeEbtMethod(method)
}

function writeEbtMethod(method: PaymentMethod): Record<string, unknown> {
  return {
    ref: method.ref,
    type: method.type,
    balance: method.balance && writeBalance(method.balance),
    card: {
      last_4: method.pan.slice(-4),
      created: isoTime(method.createdAt),
      token: method.cardToken,
      state: stateOf(method.pan),
      fingerprint: method.cardFingerprint,
      fingerprint_v2: method.cardFingerprintV2,
    },
    ...(method.customerId === undefined ? {} : { customer_id: method.customerId }),
    reusable: method.reusable,
  }
}

function writeCreditMethod(method: PaymentMethod, credit: CreditCard): Record<string, unknown> {
  return {
    ref: method.ref,
    type: method.type,
    reusable: method.reusable,
    card: {
      brand: brandOf(method.pan),
      exp_month: credit.expMonth,
      exp_year: credit.expYear,
      last_4: method.pan.slice(-4),
      created: isoTime(method.createdAt),
      is_hsa_fsa: credit.isHsaFsa,
      psp_customer_id: credit.processorCustomer,
      payment_method_id: credit.processorCard,
    },
    balance: null,
    billing_details: null,
  }
}
