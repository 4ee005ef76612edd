import * as v from 'valibot'

import { isoTime, refSchema, timestampSchema } from '../shared/wire.ts'
import { balanceSchema, writeBalance } from '../vault/balance.ts'
import type { CreditCard, PaymentMethod } from './payment-method.ts'
import { stateOf } from './state-bins.ts'

const anyCard = {
  last_4: v.string(),
  created: timestampSchema,
  token: v.pipe(v.string(), v.description('Three tokens, separated by commas. The third is the vault’s.')),
  fingerprint: v.string(),
  fingerprint_v2: v.string(),
}

const ebtCardSchema = v.object({ ...anyCard, state: v.string() })

/** The fields beyond those of an EBT card are not public. They are inferred from the request. */
const creditCardSchema = v.object({
  ...anyCard,
  exp_month: v.number(),
  exp_year: v.number(),
  is_hsa_fsa: v.boolean(),
})

/** docs.joinforage.app/reference/payment-methods */
export const paymentMethodSchema: v.GenericSchema = v.object({
  ref: refSchema,
  type: v.picklist(['ebt', 'credit', 'debit', 'prepaid', 'benefit']),
  balance: v.nullable(balanceSchema),
  card: v.union([creditCardSchema, ebtCardSchema]),
  customer_id: v.optional(v.string()),
  reusable: v.boolean(),
})

export function writePaymentMethod(method: PaymentMethod): Record<string, unknown> {
  return {
    ref: method.ref,
    type: method.type,
    balance: method.balance && writeBalance(method.balance),
    card: {
      last_4: method.pan.slice(-4),
      created: isoTime(method.createdAt),
      token: method.cardToken,
      ...(method.credit ? writeCredit(method.credit) : { state: stateOf(method.pan) }),
      fingerprint: method.cardFingerprint,
      fingerprint_v2: method.cardFingerprint,
    },
    ...(method.customerId === undefined ? {} : { customer_id: method.customerId }),
    reusable: method.reusable,
  }
}

function writeCredit({ expMonth, expYear, isHsaFsa }: CreditCard): Record<string, unknown> {
  return { exp_month: expMonth, exp_year: expYear, is_hsa_fsa: isHsaFsa }
}
