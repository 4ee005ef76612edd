import type { PaymentFailure } from '../payments/payment.ts'
import type { Merchant } from '../shared/merchants.ts'
import { defineTable, type TableDefinition } from '../state/table.ts'
import type { Balance } from '../vault/balance.ts'

/** The name of this resource in errors. */
export const ORDERS = 'Orders'

/** The five statuses of forage-ios-sdk's ForageOrderStatus. */
export type OrderStatus = 'draft' | 'processing' | 'succeeded' | 'failed' | 'canceled'

export const benefits = ['snap', 'ebt_cash', 'non_ebt'] as const
export type SupportedBenefit = (typeof benefits)[number]

export interface Product {
  readonly name: string
  readonly upc: string
  /** Cents. */
  readonly unitPrice: number
  readonly quantity: number
  readonly taxRate: number
  readonly eligibility: SupportedBenefit
}

/** The worth of an order by who pays, in cents. */
export interface OrderTotals {
  readonly snap: number
  readonly ebtCash: number
  /** The rest, for a credit card. */
  readonly remaining: number
}

/** The amounts that were paid or refunded, in cents. */
export interface OrderReceipt {
  readonly snap: number
  readonly cash: number
  readonly other: number
  readonly balance: Balance | null
  readonly last4: string
  readonly at: number
}

/** An order, keyed by its ref. */
export interface Order {
  readonly ref: string
  readonly merchant: Merchant
  readonly totals: OrderTotals
  /** Null in the order of a Custom capture session. */
  readonly products: readonly Product[] | null
  readonly deliveryAddress: Readonly<Record<string, unknown>> | null
  readonly isDelivery: boolean
  /** Empty: the customer stays on the hosted page. */
  readonly successRedirectUrl: string
  readonly cancelRedirectUrl: string
  readonly redirectUrl: string
  readonly supportedBenefits: readonly SupportedBenefit[]
  readonly customerId: string | null
  readonly pspCustomerId: string | null
  readonly externalOrderId: string | null
  readonly isCommercialShipping: boolean | null
  /** The ref of the card that the hosted page charges. Null until the customer typed one. */
  readonly paymentMethod: string | null
  readonly createdAt: number
  readonly expiresAt: number
  readonly status: OrderStatus
  readonly receipt: OrderReceipt | null
  readonly previousErrors: readonly PaymentFailure[]
  /** The refs of its payments, in the order of their creation. */
  readonly payments: readonly string[]
  /** The refs of its refunds, in the order of their creation. */
  readonly refunds: readonly string[]
}

export const orderTable: TableDefinition<Order> = defineTable('orders')
