import type { Scope } from '../http/endpoint.ts'
import type { Merchant } from '../merchants.ts'
import type { StateJournal } from './state-journal.ts'
import { createTable, type Table } from './table.ts'

export interface AuthenticationToken {
  readonly value: string
  readonly scopes: readonly Scope[]
  readonly expiresAt: number
}

export interface SessionToken {
  readonly value: string
  /** The authentication token that it dies with. */
  readonly parent: string
  readonly expiresAt: number
}

/** An access or a refresh token of Quidkey's OAuth server. */
export interface QuidkeyToken {
  readonly value: string
  readonly expiresAt: number
}

export interface QuidkeyPaymentLink {
  readonly id: string
  /** What its page's address ends in. */
  readonly urlToken: string
  /** Minor units. */
  readonly amount: number
  readonly currency: string
  readonly reference: string
  readonly orderId: string | null
  readonly locale: string
  readonly metadata: Readonly<Record<string, unknown>> | null
  readonly createdAt: number
  readonly expiresAt: number
}

export interface Balance {
  readonly snap: number
  readonly cash: number
  readonly at: number
}

/** What only a card other than an EBT card has. Its security code is never kept. */
export interface CreditCard {
  readonly expMonth: number
  readonly expYear: number
  readonly isHsaFsa: boolean
}

export interface PaymentMethod {
  readonly ref: string
  readonly type: 'ebt' | 'credit' | 'debit' | 'prepaid' | 'benefit'
  readonly pan: string
  /** Undefined on an EBT card. */
  readonly credit?: CreditCard
  /** The ID of the only merchant that may use it. Undefined: all of the tenant may, as with an EBT card. */
  readonly merchantId?: string
  /** What the vault knows the card by: the third part of `card.token` on the wire. */
  readonly vaultToken: string
  readonly cardToken: string
  readonly cardFingerprint: string
  readonly customerId: string | undefined
  readonly reusable: boolean
  readonly createdAt: number
  /** Null until a balance was checked. */
  readonly balance: Balance | null
}

export interface Receipt {
  readonly reference: string
  readonly snap: number
  readonly cash: number
  /** What no benefit paid for. */
  readonly other: number
  /** Null where no EBT account is behind the card. */
  readonly balance: Balance | null
  readonly last4: string
  readonly at: number
  /** `Approved`, or why it was declined. */
  readonly message: string
  readonly isVoided: boolean
}

export interface PaymentFailure {
  readonly code: string
  readonly message: string
}

export type PaymentOutcome =
  | { readonly status: 'requires_confirmation' }
  /** HSA and FSA only; `amount` in cents is held on the card. */
  | { readonly status: 'authorized'; readonly amount: number }
  | { readonly status: 'succeeded'; readonly at: number; readonly receipt: Receipt }
  | { readonly status: 'failed'; readonly error: PaymentFailure }
  | { readonly status: 'canceled' }

/** Only kept and answered; no settlement is emulated. */
export interface Settlement {
  readonly platformFee: number | null
  readonly merchantFixed: number | null
  readonly platformFixed: number | null
}

/** Of an HSA or FSA payment, in cents. */
export interface Healthcare {
  readonly total: number | null
  readonly subtotal: number | null
}

export interface Payment {
  readonly ref: string
  /** Ref of the order it belongs to; such a payment is reached through its order only. */
  readonly order?: string
  readonly merchant: Merchant
  /** Its ref. */
  readonly paymentMethod: string
  readonly fundingType: 'ebt_snap' | 'ebt_cash' | 'credit_tpp' | 'benefit'
  /** Cents; null in a placeholder whose amount is not known yet. */
  readonly amount: number | null
  readonly description: string
  readonly metadata: Readonly<Record<string, unknown>>
  readonly customerId: string | null
  readonly externalOrderId: string | null
  readonly deliveryAddress: Readonly<Record<string, unknown>> | null
  readonly isDelivery: boolean | null
  /** Undefined: none of it was given, as with most payments. */
  readonly settlement?: Settlement | undefined
  readonly healthcare?: Healthcare | undefined
  /** Cents that were held before a capture of less. */
  readonly authorizedAmount?: number
  /** Made at a terminal: only such an EBT payment can be voided. */
  readonly isPos?: boolean
  /** Refs, in the order of their creation. */
  readonly refunds?: readonly string[]
  readonly createdAt: number
  readonly expiresAt: number
  readonly previousErrors: readonly PaymentFailure[]
  readonly updatedAt: number
  readonly outcome: PaymentOutcome
}

export type RefundOutcome =
  | { readonly status: 'succeeded'; readonly receipt: Receipt }
  | { readonly status: 'failed'; readonly error: PaymentFailure; readonly receipt: Receipt }

export interface Refund {
  readonly ref: string
  readonly merchant: Merchant
  /** Its ref. */
  readonly payment: string
  readonly fundingType: Payment['fundingType']
  /** Cents. */
  readonly amount: number
  readonly reason: string
  readonly metadata: Readonly<Record<string, unknown>>
  readonly externalOrderId: string | null
  readonly isPos: boolean
  readonly createdAt: number
  /** Until then it is `processing`. */
  readonly settlesAt: number
  readonly outcome: RefundOutcome
}

/** What the network behind a card number knows: one account may sit behind several payment methods. */
export interface EbtAccount {
  readonly snap: number
  readonly cash: number
  readonly lastUsedAt: number
  readonly wrongPins: number
  readonly lockedUntil: number
}

export type OrderStatus = 'draft' | 'processing' | 'succeeded' | 'failed' | 'canceled'
export type SupportedBenefit = 'snap' | 'ebt_cash' | 'non_ebt'

export interface Product {
  readonly name: string
  readonly upc: string
  /** Cents. */
  readonly unitPrice: number
  readonly quantity: number
  readonly taxRate: number
  readonly eligibility: SupportedBenefit
}

/** What an order is worth, in cents. */
export interface OrderTotals {
  readonly snap: number
  readonly ebtCash: number
  /** What no benefit pays for: a credit card does. */
  readonly remaining: number
}

/** What was paid or refunded, in cents. */
export interface OrderReceipt {
  readonly reference: string
  readonly snap: number
  readonly cash: number
  readonly other: number
  readonly balance: Balance | null
  readonly last4: string
  readonly at: number
}

export interface Order {
  readonly ref: string
  readonly merchant: Merchant
  readonly totals: OrderTotals
  /** Null in an order of a Custom capture session. */
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
  /** Ref of the card that the hosted page charges; null until the customer typed one. */
  readonly paymentMethod: string | null
  readonly createdAt: number
  readonly expiresAt: number
  readonly status: OrderStatus
  readonly receipt: OrderReceipt | null
  readonly previousErrors: readonly PaymentFailure[]
  /** Refs, in the order of their creation. */
  readonly payments: readonly string[]
  readonly refunds: readonly string[]
}

export interface OrderRefund {
  readonly ref: string
  readonly merchant: Merchant
  readonly order: string
  readonly payment: string
  readonly fundingType: Payment['fundingType']
  /** Cents. */
  readonly amount: number
  readonly reason: string
  readonly metadata: Readonly<Record<string, unknown>>
  readonly createdAt: number
  /** Until then it is `processing`. */
  readonly settlesAt: number
  readonly outcome:
    | { readonly status: 'succeeded'; readonly receipt: OrderReceipt }
    | { readonly status: 'failed'; readonly error: PaymentFailure }
}

/** A page to check a balance, or to onboard a merchant. */
export interface HostedSession {
  readonly ref: string
  readonly redirectUrl: string
  readonly successRedirectUrl: string
  readonly cancelRedirectUrl: string
}

export interface BalanceSession extends HostedSession {
  readonly merchant: Merchant
  /** Its ref. */
  readonly paymentMethod: string
  /** Of the last try. */
  readonly error: PaymentFailure | null
}

export interface OnboardingSession extends HostedSession {
  readonly status: 'draft' | 'verification_failed' | 'live'
}

export interface CachedReply {
  /** SHA-256 of the request's body. */
  readonly bodyDigest: string
  readonly at: number
  readonly status: 200 | 201 | 204 | 400
  readonly body?: unknown
}

/** One request, after its answer. A token is named by its fingerprint. */
export interface LoggedRequest {
  /** The emulator's time of arrival, in ms since the epoch. */
  readonly at: number
  /** In capitals. */
  readonly method: string
  /** Without the query. */
  readonly path: string
  /** 0: the connection was dropped before the answer. */
  readonly status: number
  /** Of the bearer token, if there was one. */
  readonly fingerprint?: string
  /** Its `Idempotency-Key`, if there was one. */
  readonly idempotencyKey?: string
}

/** One that has just been answered, or whose connection was dropped. */
export interface AnsweredRequest extends LoggedRequest {
  /** From its arrival to its answer, on the emulator's time. */
  readonly durationMs: number
}

/** Tokens that are good at this moment. */
export interface LiveTokens {
  /** Neither run out nor revoked. */
  readonly authenticationTokens: number
  /** Neither run out nor revoked, alone or with what they were minted from. */
  readonly sessionTokens: number
}

/** What there was since the emulator started, or `reset`. */
export interface Counts {
  /** Ever issued. */
  readonly authenticationTokens: number
  /** Ever issued. */
  readonly sessionTokens: number
  /** Captures that moved money; a response replayed for its idempotency key is none. */
  readonly captures: number
}

/** What is true of the emulator as a whole. */
export interface Facts {
  readonly counts: Counts
  readonly applicationEnabled: boolean
  /** How far `advance` moved the emulator's time. */
  readonly offsetMs: number
  /** How often an emulator was made with this state: refs of the next one are others. */
  readonly starts: number
}

const initialFacts: Facts = {
  counts: { authenticationTokens: 0, sessionTokens: 0, captures: 0 },
  applicationEnabled: true,
  offsetMs: 0,
  starts: 0,
}

/** Everything that `reset` forgets. */
export interface Store {
  readonly authenticationTokens: Table<AuthenticationToken>
  readonly sessionTokens: Table<SessionToken>
  readonly paymentMethods: Table<PaymentMethod>
  /** Refs of the payment methods that a customer may use again, by customer and card number. */
  readonly reusableCards: Table<string>
  readonly payments: Table<Payment>
  readonly orders: Table<Order>
  readonly orderRefunds: Table<OrderRefund>
  readonly balanceSessions: Table<BalanceSession>
  readonly onboardingSessions: Table<OnboardingSession>
  readonly refunds: Table<Refund>
  /** PINs of deferred captures, by the payment's ref. The vault's alone: in no table, and so in no file. */
  readonly deferredPins: Map<string, string>
  readonly accounts: Table<EbtAccount>
  readonly replies: Table<CachedReply>
  readonly quidkeyAccessTokens: Table<QuidkeyToken>
  readonly quidkeyRefreshTokens: Table<QuidkeyToken>
  readonly quidkeyPaymentLinks: Table<QuidkeyPaymentLink>
  readonly requests: LoggedRequest[]
  /** Idempotency keys whose answer has not left yet. */
  readonly keysInFlight: Set<string>
  facts(): Facts
  change(facts: Partial<Facts>): void
  count(what: keyof Counts): void
  clear(): void
}

/** In memory; with a journal also beyond the process. */
export function createStore(journal?: StateJournal): Store {
  const tables = {
    authenticationTokens: createTable<AuthenticationToken>('authentication_tokens', journal),
    sessionTokens: createTable<SessionToken>('session_tokens', journal),
    paymentMethods: createTable<PaymentMethod>('payment_methods', journal),
    reusableCards: createTable<string>('reusable_cards', journal),
    payments: createTable<Payment>('payments', journal),
    orders: createTable<Order>('orders', journal),
    orderRefunds: createTable<OrderRefund>('order_refunds', journal),
    balanceSessions: createTable<BalanceSession>('balance_sessions', journal),
    onboardingSessions: createTable<OnboardingSession>('onboarding_sessions', journal),
    refunds: createTable<Refund>('refunds', journal),
    accounts: createTable<EbtAccount>('accounts', journal),
    replies: createTable<CachedReply>('replies', journal),
    quidkeyAccessTokens: createTable<QuidkeyToken>('quidkey_access_tokens', journal),
    quidkeyRefreshTokens: createTable<QuidkeyToken>('quidkey_refresh_tokens', journal),
    quidkeyPaymentLinks: createTable<QuidkeyPaymentLink>('quidkey_payment_links', journal),
  }
  const factTable = createTable<Facts>('facts', journal)
  const store: Store = {
    ...tables,
    deferredPins: new Map(),
    requests: [],
    keysInFlight: new Set(),
    facts: () => factTable.get('now') ?? initialFacts,
    change: (facts) => factTable.set('now', { ...store.facts(), ...facts }),
    count: (what) => {
      const { counts } = store.facts()
      store.change({ counts: { ...counts, [what]: counts[what] + 1 } })
    },
    clear: () => {
      const { starts } = store.facts()
      for (const table of [...Object.values(tables), factTable]) table.clear()
      store.deferredPins.clear()
      store.requests.length = 0
      store.keysInFlight.clear()
      // The next start would else begin with the refs and tokens of the first.
      store.change({ starts })
    },
  }
  return store
}
