import type { PaymentFailure } from '../payments/payment.ts'
import type { Merchant } from '../shared/merchants.ts'
import { defineTable, type TableDefinition } from '../state/table.ts'

/** The name of this resource in errors. */
export const SESSIONS = 'Sessions'

/** A hosted page that checks a balance or onboards a merchant, keyed by its ref. */
export interface HostedSession {
  readonly ref: string
  readonly redirectUrl: string
  readonly successRedirectUrl: string
  readonly cancelRedirectUrl: string
}

export interface BalanceSession extends HostedSession {
  readonly merchant: Merchant
  /** The ref of its payment method. */
  readonly paymentMethod: string
  /** The failure of the last try. */
  readonly error: PaymentFailure | null
}

export interface OnboardingSession extends HostedSession {
  readonly status: 'draft' | 'verification_failed' | 'live'
}

export const balanceSessionTable: TableDefinition<BalanceSession> = defineTable('balance_sessions')
export const onboardingSessionTable: TableDefinition<OnboardingSession> = defineTable('onboarding_sessions')
