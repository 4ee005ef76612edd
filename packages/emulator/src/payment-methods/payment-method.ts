import { defineTable, type TableDefinition } from '../state/table.ts'
import type { Balance } from '../vault/balance.ts'

/** The name of this resource in errors. */
export const PAYMENT_METHODS = 'Payment_Methods'

/** The fields that an EBT card does not have. The emulator never keeps the security code. */
export interface CreditCard {
  readonly expMonth: number
  /** Four digits. */
  readonly expYear: number
  readonly isHsaFsa: boolean
  /** The customer's name at the card processor: `cus_…`. */
  readonly processorCustomer: string
  /** The card's name at the card processor: `pm_…`. */
  readonly processorCard: string
}

/** A stored card, keyed by its ref. */
export interface PaymentMethod {
  readonly ref: string
  readonly type: 'ebt' | 'credit' | 'debit' | 'prepaid' | 'benefit'
  /** The card number. */
  readonly pan: string
  /** Undefined on an EBT card. */
  readonly credit?: CreditCard
  /** The ID of the only merchant that may use it. Undefined: every merchant of the tenant may, as with an EBT card. */
  readonly merchantId?: string
  /** The vault's name for the card: the third part of `card.token` on the wire. */
  readonly vaultToken: string
  readonly cardToken: string
  readonly cardFingerprint: string
  /** Another value for the same card: docs.joinforage.app/reference/payment-methods. */
  readonly cardFingerprintV2: string
  readonly customerId: string | undefined
  readonly reusable: boolean
  readonly createdAt: number
  /** Null until a balance was checked. */
  readonly balance: Balance | null
}

export const paymentMethodTable: TableDefinition<PaymentMethod> = defineTable('payment_methods')

/** Refs of the payment methods that a customer may use again, by customer and card number. */
export const reusableCardTable: TableDefinition<string> = defineTable('reusable_cards')
