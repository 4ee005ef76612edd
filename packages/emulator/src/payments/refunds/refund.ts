import type { EmulatorContext } from '../../context/context.ts'
import type { Merchant } from '../../shared/merchants.ts'
import { defineTable, type TableDefinition } from '../../state/table.ts'
import type { FundingType } from '../funding.ts'
import type { Payment, PaymentFailure } from '../payment.ts'
import type { Receipt } from '../receipt.ts'

/** The name of this resource in errors. */
export const REFUNDS = 'Refunds'
/** Its name in a 404: forage-android-sdk fixtures/refunds/failed_get_refund.json. */
export const UNKNOWN_REFUND = 'Refund'
/** `cannot_refund_after_90_days`: docs.joinforage.app/reference/errors. */
export const REFUND_WINDOW_MS: number = 90 * 24 * 60 * 60 * 1000

export type RefundOutcome =
  | { readonly status: 'succeeded'; readonly receipt: Receipt }
  | { readonly status: 'failed'; readonly error: PaymentFailure; readonly receipt: Receipt }

/** A refund of a payment without an order, keyed by its ref. */
export interface Refund {
  readonly ref: string
  readonly merchant: Merchant
  /** The ref of its payment. */
  readonly payment: string
  readonly fundingType: FundingType
  /** Cents. */
  readonly amount: number
  readonly reason: string
  readonly metadata: Readonly<Record<string, unknown>>
  readonly externalOrderId: string | null
  readonly isPos: boolean
  /** Cents, like the next one. The emulator keeps and answers them, but emulates no settlement. */
  readonly merchantFixed: number
  readonly platformFixed: number
  readonly createdAt: number
  /** The end of `processing`. */
  readonly completesAt: number
  readonly outcome: RefundOutcome
}

export const refundTable: TableDefinition<Refund> = defineTable('refunds')

export function isProcessing({ time }: EmulatorContext, refund: Refund): boolean {
  return time.now() < refund.completesAt
}

/** Returns the refunds of a payment, in the order of their creation. */
export function refundsOf({ store }: EmulatorContext, { refunds = [] }: Payment): Refund[] {
  return refunds.flatMap((ref) => store.table(refundTable).get(ref) ?? [])
}
