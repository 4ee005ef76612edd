/**
 * Forage's browser SDK (`forage-js-sdk`), as its reference documents it. The SDK itself publishes no types.
 */
export type ForageFactory = (config: ForageConfig) => ForageSdk

/** The arguments from which an SDK instance is constructed. */
export interface ForageConfig {
  /** The merchant, for example `mid/123ab45c67`. */
  merchantId: string
  /** The token of this instance. The SDK has no setter for it. */
  sessionToken: string
  /** The merchant's own ID of the customer, hashed. */
  customerId: string
}

/** The kind of an element: an input for the card number, for the PIN, or for the data of an HSA or FSA card. */
export type ForageElementType = 'tokenize_card' | 'collect_pin' | 'payment_sheet'

/**
 * An event of an element: its input is ready for use, or the customer changed it. No event tells that the customer
 * pressed Enter.
 */
export interface ForageElementEvent {
  /** `ready`: the input can be used; `change`: the customer typed. */
  type: 'ready' | 'change'
  /** The kind of the element. */
  usecase: ForageElementType
  /** The problem of the input in Forage's words, as "Your EBT card number is invalid."; null without a problem. */
  error: { message: string } | null
}

/** A listener of an element. */
export type ForageElementHandler = (event: ForageElementEvent) => void

/** The style of the frame around an input, as CSS values. */
export interface ForageElementStyle {
  /** A CSS color. */
  borderColor?: string
  /** A CSS length. */
  borderWidth?: string
}

/** The styles of all inputs and labels of a payment sheet. */
export interface ForagePaymentSheetStyles {
  /** The styles of the inputs. */
  inputStyles?: Partial<CSSStyleDeclaration>
  /** The styles of the labels. */
  labelStyles?: Partial<CSSStyleDeclaration>
}

/** The fields of a payment sheet. */
export type ForagePaymentSheetField =
  | 'cardHolderName'
  | 'cardNumber'
  | 'cardExpiration'
  | 'cardCVV'
  | 'cardZipCode'

/** The options of a `payment_sheet`. */
export interface ForagePaymentSheet {
  /** The kind of card. */
  paymentType: 'HSAFSA'
  /** The styles of all fields. */
  styles: ForagePaymentSheetStyles
  /** The styles of a field with invalid input, from the moment when it loses the focus until the next input. */
  errorStyles: ForagePaymentSheetStyles
  /** The texts of each field. */
  fields: Partial<Record<ForagePaymentSheetField, { labelText?: string; [option: string]: unknown }>>
}

/** The options of an element. They are passed on to `forage.create` unchanged. */
export interface ForageElementOptions {
  /** The style of the frame. Default: the one of the SDK. */
  style?: ForageElementStyle
  /** The payment type, styles and fields of a `payment_sheet`. */
  paymentSheet?: ForagePaymentSheet
  [option: string]: unknown
}

/** An input in an iframe of Forage: the page cannot read it. */
export interface ForageElement {
  /** Places the input in the HTML element with this id. */
  mount(htmlElementId: string): void
  /** Calls `handler` at each event of this kind. */
  on(event: ForageElementEvent['type'], handler: ForageElementHandler): void
  /** Empties the input. */
  clear(): void
  /** Removes the input from the page. */
  destroy(): void
}

/** The options of `tokenizeCard`. */
export interface TokenizeCardOptions {
  /** Whether the payment method can be used for more than one payment. The SDK's default: true. */
  reusable?: boolean
}

/** A stored card. */
export interface ForagePaymentMethod {
  /** The ID of the payment method in the API. */
  ref: string
  /** `ebt` for an EBT card, `credit` for an HSA or FSA card. */
  type: string
  /** The balance in dollars at the time `updated` (ISO 8601); null before the first balance check. */
  balance: { snap: string; non_snap: string; updated: string } | null
  /** The part of the card number that a page may show. */
  card: { last_4: string; [field: string]: unknown }
  [field: string]: unknown
}

/** The balance of a card. */
export interface ForageBalance {
  /** SNAP and EBT Cash, in dollars. */
  ebt: { snap: string; cash: string }
  /** The time of the balance check, in ISO 8601. */
  updated: string
}

/** A payment after its capture. */
export interface ForagePayment {
  /** The ID of the payment in the API. */
  ref: string
  /** The amount in dollars. */
  amount: string
  /** The receipt that the law requires; null until it exists. */
  receipt: Record<string, unknown> | null
  [field: string]: unknown
}

/** The functions that send the input of an element. Each sends it once and never repeats it. */
export interface ForageCalls {
  /**
   * Stores the card of a `tokenize_card` or `payment_sheet` element as a payment method. Forage's public documentation
   * does not name the function that takes a payment sheet. If it is another one, let `load` return a factory whose
   * `tokenizeCard` calls it.
   */
  tokenizeCard(element: ForageElement, options?: TokenizeCardOptions): Promise<ForagePaymentMethod>
  /** Reads the balance with the PIN of a `collect_pin` element. */
  checkBalance(element: ForageElement, paymentMethodRef: string): Promise<ForageBalance>
  /** Charges a payment with the PIN of a `collect_pin` element. */
  capturePayment(element: ForageElement, paymentRef: string): Promise<ForagePayment>
  /** Stores the PIN of a `collect_pin` element for a later capture by the backend. */
  deferPaymentCapture(element: ForageElement, paymentRef: string): Promise<void>
}

/** An instance of the SDK. */
export interface ForageSdk extends ForageCalls {
  /** Creates an element that is not in the page yet. */
  create(type: ForageElementType, options?: ForageElementOptions): ForageElement
}
