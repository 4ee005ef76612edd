/**
 * The surface of Forage's browser SDK (`forage-js-sdk`) as its reference documents it. The SDK publishes no
 * types that could be imported here.
 */
export type ForageFactory = (config: ForageConfig) => ForageSdk

export interface ForageConfig {
  merchantId: string
  /** Captured at construction: the SDK has no setter for it. */
  sessionToken: string
  customerId: string
}

/** The card number's input, or the PIN's. */
export type ForageElementType = 'tokenize_card' | 'collect_pin'

export type ForageElementEvent = 'ready' | 'change'

export type ForageElementHandler = (event?: unknown) => void

export interface ForageElementStyle {
  borderColor?: string
  borderWidth?: string
}

export interface ForageElement {
  /** Puts the input into the element of the page with this id. */
  mount(htmlElementId: string): void
  on(event: ForageElementEvent, handler: ForageElementHandler): void
  /** Empties the input. */
  clear(): void
  destroy(): void
}

export interface TokenizeCardOptions {
  /** Whether the payment method may be used for more than one payment. The SDK's default: true. */
  reusable?: boolean
}

export interface ForagePaymentMethod {
  ref: string
  type: string
  balance: { snap: string; non_snap: string; updated: string } | null
  card: { last_4: string; [field: string]: unknown }
  [field: string]: unknown
}

export interface ForageBalance {
  ebt: { snap: string; cash: string }
  updated: string
}

export interface ForagePayment {
  ref: string
  amount: string
  receipt: Record<string, unknown> | null
  [field: string]: unknown
}

/** What is done with an element's input. Each sends it once and never repeats it. */
export interface ForageCalls {
  /** Stores the card number of a `tokenize_card` element as a payment method. */
  tokenizeCard(element: ForageElement, options?: TokenizeCardOptions): Promise<ForagePaymentMethod>
  /** Reads the balances with the PIN of a `collect_pin` element. */
  checkBalance(element: ForageElement, paymentMethodRef: string): Promise<ForageBalance>
  /** Charges a payment with the PIN of a `collect_pin` element. */
  capturePayment(element: ForageElement, paymentRef: string): Promise<ForagePayment>
  /** Keeps the PIN of a `collect_pin` element for a capture that the backend does later. */
  deferPaymentCapture(element: ForageElement, paymentRef: string): Promise<void>
}

export interface ForageSdk extends ForageCalls {
  create(type: ForageElementType, options?: { style?: ForageElementStyle }): ForageElement
}
