/** What the shop and its backend say to each other. Types only: the shop's bundle takes nothing from here. */

/** What pays for a thing. EBT Cash also pays for whatever EBT SNAP pays for. */
export type Eligibility = 'ebt_snap' | 'ebt_cash' | 'none'

/** With what a part of an order is paid; `card` is the shop's own second tender. */
export type Tender = 'ebt_snap' | 'ebt_cash' | 'card'

export interface Product {
  id: string
  name: string
  /** What one of it is: "1 lb", "12 ct". */
  unit: string
  priceCents: number
  eligibility: Eligibility
  /** For the bottles or cans in one of it. */
  depositCents?: number
}

export interface ShopConfig {
  forage: 'emulator' | 'sandbox' | 'production'
  apiUrl: string
  vaultUrl: string
  /** The address of the Forage SDK's script. */
  sdkUrl: string
  /** For example `mid/123ab45c67`. */
  merchantAccount: string
  products: Product[]
  deliveryFeeCents: number
  /** Who can sign in: a demo asks for no password. */
  customers: Account[]
  /** A card to type, where there is a test card. */
  testCard: string | null
}

export interface Account {
  id: string
  name: string
}

/** An EBT card that Forage keeps, under the name it has there. */
export interface SavedCard {
  /** Of the payment method. */
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

/** A product, a deposit or the delivery, as it stands on the receipt. */
export interface OrderLine {
  id: string
  name: string
  quantity: number
  totalCents: number
  eligibility: Eligibility
}

/** How much each tender pays; together the total. */
export interface Split {
  snapCents: number
  cashCents: number
  cardCents: number
}

export interface OrderRefund {
  /** The merchant's name for it: asked for twice, it is made once. */
  key: string
  amountCents: number
  reason: string
  /** Asked for, and Forage has not answered; on its way at Forage; made. */
  status: 'requested' | 'processing' | 'succeeded'
  /** In ms since the epoch, as all times here. */
  at: number
}

/**
 * What became of a payment. `open`: its PIN is asked for. `processing`: Forage is charging it. `canceled`: given up.
 * `expired`: its 30 minutes passed before it was charged.
 */
export type PaymentStatus = 'open' | 'processing' | 'paid' | 'canceled' | 'expired'

/** One payment of an order. */
export interface OrderPayment {
  tender: Tender
  amountCents: number
  /** The payment method of an EBT payment. */
  cardRef: string | null
  /** Of the payment at Forage, or of the authorization at the shop's card processor. */
  ref: string
  status: PaymentStatus
  refunds: OrderRefund[]
}

export interface Order {
  /** Also the id of the checkout whose session tokens it gets. */
  id: string
  /** The customer's name towards Forage: hashed, nothing personal. */
  customerId: string
  createdAt: number
  fulfilment: Fulfilment
  lines: OrderLine[]
  totalCents: number
  /** The most that EBT SNAP may pay, and the most that EBT SNAP and EBT Cash may pay together. */
  snapEligibleCents: number
  ebtEligibleCents: number
  card: SavedCard | null
  /** Those that pay the order, or can. */
  payments: OrderPayment[]
  /** The refs of payments that expired. */
  ranOut: string[]
  status: 'open' | 'paid' | 'canceled'
}

export interface NewRefund {
  tender: Tender
  amountCents: number
  reason: string
  key: string
}

/** RFC 9457. `detail` says what to do. */
export interface ShopProblem {
  title: string
  status: number
  detail: string
  code: string
}
