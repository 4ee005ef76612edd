import * as v from 'valibot'

import { formatAmount } from '../shared/money.ts'
import { decimalSchema, isoTime, timestampSchema } from '../shared/wire.ts'

/** The balance of an EBT account at a moment, in cents. */
export interface Balance {
  readonly snap: number
  readonly cash: number
  readonly at: number
}

/** EBT Cash is `non_snap` on the wire. */
export const balanceSchema: v.GenericSchema = v.object({
  snap: decimalSchema,
  non_snap: decimalSchema,
  updated: timestampSchema,
})

export function writeBalance(balance: Balance): Record<string, unknown> {
  return {
    snap: formatAmount(balance.snap),
    non_snap: formatAmount(balance.cash),
    updated: isoTime(balance.at),
  }
}
