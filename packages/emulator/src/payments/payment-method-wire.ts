import * as v from 'valibot'

import { formatAmount } from '../money.ts'
import type { Balance, PaymentMethod } from '../state/store.ts'
import { balanceSchema, isoTime, refSchema, timestampSchema } from './wire.ts'

/** docs.joinforage.app/reference/payment-methods */
export const paymentMethodSchema: v.GenericSchema = v.object({
  ref: refSchema,
  type: v.literal('ebt'),
  balance: v.nullable(balanceSchema),
  card: v.object({
    last_4: v.string(),
    created: timestampSchema,
    token: v.pipe(v.string(), v.description('Three tokens by comma; the third is the vault’s.')),
    state: v.string(),
    fingerprint: v.string(),
    fingerprint_v2: v.string(),
  }),
  customer_id: v.optional(v.string()),
  reusable: v.boolean(),
})

export function writePaymentMethod(method: PaymentMethod): Record<string, unknown> {
  return {
    ref: method.ref,
    type: 'ebt',
    balance: method.balance && writeBalance(method.balance),
    card: {
      last_4: method.pan.slice(-4),
      created: isoTime(method.createdAt),
      token: method.cardToken,
      state: 'PA',
      fingerprint: method.cardFingerprint,
      fingerprint_v2: method.cardFingerprint,
    },
    ...(method.customerId === undefined ? {} : { customer_id: method.customerId }),
    reusable: method.reusable,
  }
}

export function writeBalance(balance: Balance): Record<string, unknown> {
  return {
    snap: formatAmount(balance.snap),
    non_snap: formatAmount(balance.cash),
    updated: isoTime(balance.at),
  }
}
