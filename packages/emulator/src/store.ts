import type { Merchant } from './merchants.ts'

export interface AuthenticationToken {
  readonly value: string
  readonly scopes: readonly string[]
  readonly expiresAt: number
}

export interface SessionToken {
  readonly value: string
  readonly parent: AuthenticationToken
  expiresAt: number
}

export interface Balance {
  readonly snap: number
  readonly cash: number
  readonly at: number
}

export interface PaymentMethod {
  readonly ref: string
  readonly pan: string
  /** What the vault knows the card by: the third part of `card.token` on the wire. */
  readonly vaultToken: string
  readonly cardToken: string
  readonly cardFingerprint: string
  readonly customerId: string | undefined
  readonly reusable: boolean
  readonly createdAt: number
  /** Null until a balance was checked. */
  balance: Balance | null
}

export interface Receipt {
  readonly reference: string
  readonly snap: number
  readonly cash: number
  readonly balance: Balance
  readonly last4: string
  readonly at: number
}

export interface PaymentFailure {
  readonly code: string
  readonly message: string
}

export type PaymentOutcome =
  | { readonly status: 'requires_confirmation' }
  | { readonly status: 'succeeded'; readonly at: number; readonly receipt: Receipt }
  | { readonly status: 'failed'; readonly error: PaymentFailure }

export interface Payment {
  readonly ref: string
  readonly merchant: Merchant
  readonly paymentMethod: PaymentMethod
  readonly fundingType: 'ebt_snap' | 'ebt_cash'
  /** Cents; null in a placeholder whose amount is not known yet. */
  readonly amount: number | null
  /** What the merchant sent and the API only gives back. */
  readonly echoed: Readonly<Record<string, unknown>>
  readonly isDelivery: boolean | null
  readonly createdAt: number
  readonly expiresAt: number
  readonly previousErrors: PaymentFailure[]
  updatedAt: number
  outcome: PaymentOutcome
}

/** What the network behind a card number knows: one account may sit behind several payment methods. */
export interface EbtAccount {
  snap: number
  cash: number
  lastUsedAt: number
  wrongPins: number
  lockedUntil: number
}

export interface CachedReply {
  readonly requestBody: string
  readonly at: number
  readonly status: number
  readonly body: unknown
}

export interface LoggedRequest {
  /** The emulator's time of arrival, in ms since the epoch. */
  readonly at: number
  readonly method: string
  readonly path: string
  readonly status: number
  /** Of the bearer token, if there was one. */
  readonly fingerprint?: string
  readonly idempotencyKey?: string
}

export interface Counts {
  /** Ever issued. */
  authenticationTokens: number
  /** Ever issued. */
  sessionTokens: number
  /** Captures that moved money; a response replayed for its idempotency key is none. */
  captures: number
}

/** Everything that `reset` forgets. In memory. */
export interface Store {
  readonly authenticationTokens: Map<string, AuthenticationToken>
  readonly sessionTokens: Map<string, SessionToken>
  readonly paymentMethods: Map<string, PaymentMethod>
  readonly payments: Map<string, Payment>
  readonly accounts: Map<string, EbtAccount>
  readonly replies: Map<string, CachedReply>
  readonly requests: LoggedRequest[]
  readonly counts: Counts
  applicationEnabled: boolean
  clear(): void
}

export function createStore(): Store {
  const maps = {
    authenticationTokens: new Map<string, AuthenticationToken>(),
    sessionTokens: new Map<string, SessionToken>(),
    paymentMethods: new Map<string, PaymentMethod>(),
    payments: new Map<string, Payment>(),
    accounts: new Map<string, EbtAccount>(),
    replies: new Map<string, CachedReply>(),
  }
  const store: Store = {
    ...maps,
    requests: [],
    counts: { authenticationTokens: 0, sessionTokens: 0, captures: 0 },
    applicationEnabled: true,
    clear: () => {
      for (const map of Object.values(maps)) map.clear()
      store.requests.length = 0
      Object.assign(store.counts, { authenticationTokens: 0, sessionTokens: 0, captures: 0 })
      store.applicationEnabled = true
    },
  }
  return store
}
