/** The messages between the shop's pages and the backend. This file has only types, so it adds nothing to the bundle. */

/** The benefit that may pay for a product. EBT Cash may also pay for everything that EBT SNAP may pay for. */
export type Eligibility = 'ebt_snap' | 'ebt_cash' | 'none'

/** A means of payment for a part of an order. `card` is the card on file, the second tender. */
export type Tender = 'ebt_snap' | 'ebt_cash' | 'card'

export interface Product {
  id: string
  name: string
  /** The quantity in one item, for example "1 lb" or "12 ct". */
  unit: string
  priceCents: number
  eligibility: Eligibility
  /** The deposit for the bottles or cans in one item. */
  depositCents?: number
}

export interface ShopConfig {
  forage: 'emulator' | 'sandbox' | 'production'
  apiUrl: string
  vaultUrl: string
  /** The URL of the Forage SDK's script. */
  sdkUrl: string
  /** A Merchant ID, for example `mid/123ab45c67`. */
  merchantAccount: string
  products: Product[]
  deliveryFeeCents: number
  /** The accounts that can sign in, without a password because this is a demo. */
  customers: Account[]
  /** The number of the emulator's test card, or null with a real target. */
  testCard: string | null
}

export interface Account {
  id: string
  name: string
}

/** An EBT card that Forage keeps. */
export interface SavedCard {
  /** The ref of its payment method at Forage. */
  ref: string
  last4: string
}

export type Fulfilment = 'pickup' | 'delivery'

export interface CartItem {
  productId: string
  quantity: number
}

export interface NewOrder {
  items: CartItem[]
  fulfilment: Fulfilment
}

/** A line of the receipt: a product, a deposit or the delivery. */
export interface OrderLine {
  id: string
  name: string
  quantity: number
  totalCents: number
  eligibility: Eligibility
}

/** The amount that each tender pays. The sum is the order's total. */
export interface Split {
  snapCents: number
  cashCents: number
  cardCents: number
}

export interface OrderRefund {
  /** The merchant's key of the refund. A repeated request with the same key refunds once. */
  key: string
  amountCents: number
  reason: string
  /** `requested`: Forage has not answered yet. `processing`: Forage is making the refund. */
  status: 'requested' | 'processing' | 'succeeded'
  /** The time in ms since the epoch, like all times in this file. */
  at: number
}

/**
 * The status of a payment. `open`: it waits for its PIN. `processing`: Forage is charging the card. `canceled`: it can
 * no longer be charged. `expired`: its 30 minutes passed without a charge.
 */
export type PaymentStatus = 'open' | 'processing' | 'paid' | 'canceled' | 'expired'

/** One payment of an order. */
export interface OrderPayment {
  tender: Tender
  amountCents: number
  /** The ref of the payment method, or null for the card on file. */
  cardRef: string | null
  /** The ref of the payment at Forage, or of the authorization at the card processor. */
  ref: string
  status: PaymentStatus
  refunds: OrderRefund[]
}

export interface Order {
  /** The order's id, which is also the `checkoutId` of its session tokens. */
  id: string
  /** The customer's id at Forage, hashed so that it has no personal data. */
  customerId: string
  createdAt: number
  fulfilment: Fulfilment
  lines: OrderLine[]
  totalCents: number
  /** The most that EBT SNAP may pay. */
  snapEligibleCents: number
  /** The most that EBT SNAP and EBT Cash may pay together. */
  ebtEligibleCents: number
  card: SavedCard | null
  /** The payments that are paid or can still be charged. */
  payments: OrderPayment[]
  /**
   * Payments that were charged although the order no longer counted on them. They are refunded. If such a refund fails, the
   * staff must make it.
   */
  extraCharges: OrderPayment[]
  /** The refs of expired payments. */
  ranOut: string[]
  status: 'open' | 'paid' | 'canceled'
}

export interface NewRefund {
  tender: Tender
  amountCents: number
  reason: string
  key: string
}

/** A problem document (RFC 9457) for the customer. `detail` says what to do. */
export interface ShopProblem {
  title: string
  status: number
  detail: string
  code: string
}
