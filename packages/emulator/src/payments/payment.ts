import type { Merchant } from '../shared/merchants.ts'
import { defineTable, type TableDefinition } from '../state/table.ts'
import type { FundingType } from './funding.ts'
import type { Receipt } from './receipt.ts'

/** The name of this resource in errors. */
export const PAYMENTS = 'Payments'

/** The reason why a capture, a refund or a balance check was declined. */
export interface PaymentFailure {
  readonly code: string
  readonly message: string
}

export type PaymentOutcome =
  | { readonly status: 'requires_confirmation' }
  /** HSA and FSA only. The card holds `amount`, in cents. */
  | { readonly status: 'authorized'; readonly amount: number }
  | { readonly status: 'succeeded'; readonly at: number; readonly receipt: Receipt }
  | { readonly status: 'failed'; readonly error: PaymentFailure }
  | { readonly status: 'canceled' }

/** Amounts in cents that the emulator keeps and answers. It emulates no settlement. */
export interface Settlement {
  readonly platformFee: number | null
  readonly merchantFixed: number | null
  readonly platformFixed: number | null
}

/** The qualified amounts of an HSA or FSA payment, in cents. */
export interface Healthcare {
  readonly total: number | null
  readonly subtotal: number | null
}

/** A payment, keyed by its ref. */
export interface Payment {
  readonly ref: string
  /** The ref of its order. Such a payment can be reached through its order only. */
  readonly order?: string
  readonly merchant: Merchant
  /** The ref of its payment method. */
  readonly paymentMethod: string
  readonly fundingType: FundingType
  /** Cents. Null in a placeholder whose amount is not known yet. */
  readonly amount: number | null
  readonly description: string
  readonly metadata: Readonly<Record<string, unknown>>
  readonly customerId: string | null
  readonly externalOrderId: string | null
  readonly deliveryAddress: Readonly<Record<string, unknown>> | null
  readonly isDelivery: boolean | null
  /** Undefined if the request had no such amount, as with most payments. */
  readonly settlement?: Settlement | undefined
  readonly healthcare?: Healthcare | undefined
  /** The cents of the payment before an authorization that could be partial. */
  readonly requestedAmount?: number
  /** The cents that the card held before a smaller capture. */
  readonly authorizedAmount?: number
  /** True if it was made at a terminal. Of EBT payments, only these can be voided. */
  readonly isPos?: boolean
  /** The refs of its refunds, in the order of their creation. */
  readonly refunds?: readonly string[]
  readonly createdAt: number
  readonly expiresAt: number
  readonly previousErrors: readonly PaymentFailure[]
  readonly updatedAt: number
  readonly outcome: PaymentOutcome
}

export const paymentTable: TableDefinition<Payment> = defineTable('payments')
