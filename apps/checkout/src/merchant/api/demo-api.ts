import type {
  AnsweredRequest,
  Counts,
  FaultKind,
  LiveTokens,
  WebhookDelivery,
} from '@forage-session/emulator'
import type { ForageServerEvent } from '@forage-session/server'

/** What the control room and the backend say to each other. A token in it is a fingerprint. */

/** What can be done to Forage. `calm` takes back what has not struck yet. */
export const demoFaults = ['expire', 'revoke', 'reject', 'slow', 'calm'] as const

export type DemoFault = (typeof demoFaults)[number]

/** So many answers come so much later after `slow`. */
export const slow: { readonly count: number; readonly ms: number } = { count: 6, ms: 2500 }

/** How many tokens are gone, how many requests will be struck, or how many faults are gone. */
export type FaultOutcome =
  | { readonly expired: number }
  | { readonly revoked: number }
  | { readonly armed: number }
  | { readonly takenBack: number }

export type DemoHappening =
  | { readonly kind: 'request'; readonly request: AnsweredRequest }
  | { readonly kind: 'backend'; readonly event: ForageServerEvent }
  | { readonly kind: 'webhook'; readonly delivery: WebhookDelivery }
  | { readonly kind: 'fault'; readonly fault: DemoFault; readonly outcome: FaultOutcome }

/** `at` is in ms since the epoch, as all times here. */
export type DemoEntry = { readonly id: string; readonly at: number } & DemoHappening

export interface DemoStatus {
  readonly at: number
  readonly counts: Counts
  readonly live: LiveTokens
  /** What waits for its request, and how many requests it still strikes. */
  readonly armed: readonly { readonly kind: FaultKind; readonly left: number }[]
}

/** One message of the stream. */
export interface DemoUpdate {
  /** The first of a connection: what was known before is in it, or gone. */
  readonly isWhole: boolean
  readonly entries: readonly DemoEntry[]
  readonly status: DemoStatus
}
