/** What the shop and its backend say to each other. Types only: the shop's bundle takes nothing from here. */

export interface Product {
  id: string
  name: string
  /** What one of it is: "1 lb", "12 ct". */
  unit: string
  priceCents: number
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
  /** A card to type, where there is a test card. */
  testCard: string | null
}

export interface CartItem {
  productId: string
  quantity: number
}

export interface CheckoutLine extends Product {
  quantity: number
  totalCents: number
}

export interface Checkout {
  id: string
  /** The customer's name towards Forage: hashed, nothing personal. */
  customerId: string
  lines: CheckoutLine[]
  totalCents: number
}

/** Of `POST /api/checkouts/:id/payment`. */
export interface CheckoutPayment {
  paymentRef: string
  /** A payment that was captured before: there is nothing left to pay. */
  isPaid: boolean
}

/** RFC 9457. `detail` says to the customer what to do. */
export interface ShopProblem {
  title: string
  status: number
  detail: string
  code: string
}
