/**
 * The surface of Forage's browser SDK (`forage-js-sdk`) as its reference documents it. The SDK publishes no
 * types that could be imported here.
 */
export type ForageFactory = (config: ForageConfig) => ForageSdk

/** What the SDK is constructed with. */
export interface ForageConfig {
  /** For example `mid/123ab45c67`. */
  merchantId: string
  /** Captured at construction: the SDK has no setter for it. */
  sessionToken: string
  /** The merchant's own, hashed name of the customer. */
  customerId: string
}

/** The card number's input, or the PIN's. */
export type ForageElementType = 'tokenize_card' | 'collect_pin'

/** What an element tells: its input can be used, or was changed. */
export type ForageElementEvent = 'ready' | 'change'

/** What is called then. The SDK does not document what the event holds. */
export type ForageElementHandler = (event?: unknown) => void

/** How the frame around an input looks, as CSS values. */
export interface ForageElementStyle {
  /** A CSS colour. */
  borderColor?: string
  /** A CSS length. */
  borderWidth?: string
}

/** An input in a frame of Forage's: the page cannot read it. */
export interface ForageElement {
  /** Puts the input into the element of the page with this id. */
  mount(htmlElementId: string): void
  /** Calls `handler` at each of these events. */
  on(event: ForageElementEvent, handler: ForageElementHandler): void
  /** Empties the input. */
  clear(): void
  /** Takes the input out of the page. */
  destroy(): void
}

/** How a card is stored. */
export interface TokenizeCardOptions {
  /** Whether the payment method may be used for more than one payment. The SDK's default: true. */
  reusable?: boolean
}

/** A stored card. */
export interface ForagePaymentMethod {
  /** Names it in the API. */
  ref: string
  /** `ebt` for an EBT card. */
  type: string
  /** In dollars, as of `updated` (ISO 8601); null until it was checked once. */
  balance: { snap: string; non_snap: string; updated: string } | null
  /** What may be shown of the card. */
  card: { last_4: string; [field: string]: unknown }
  [field: string]: unknown
}

/** What is on a card. */
export interface ForageBalance {
  /** SNAP and EBT Cash, in dollars. */
  ebt: { snap: string; cash: string }
  /** When it was read, in ISO 8601. */
  updated: string
}

/** A payment after its capture. */
export interface ForagePayment {
  /** Names it in the API. */
  ref: string
  /** In dollars. */
  amount: string
  /** What the law wants on a receipt; null until there is one. */
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
  /** An element, not yet in the page. */
  create(type: ForageElementType, options?: { style?: ForageElementStyle }): ForageElement
}
