import type {
  AnsweredRequest,
  Counts,
  FaultKind,
  LiveTokens,
  WebhookDelivery,
} from '@forage-session/emulator'
import type { ForageServerEvent } from '@forage-session/server'

/** The messages between the backend and the control room. They contain fingerprints, never tokens. */

/**
 * The commands of the demo's buttons to the emulator. `pass` also lets time pass in the backend, and `calm` cancels
 * pending faults.
 */
export const demoFaults = ['expire', 'revoke', 'reject', 'slow', 'calm', 'pass'] as const

export type DemoFault = (typeof demoFaults)[number]

/** `slow` delays the next `count` answers by `ms`. */
export const slow: { readonly count: number; readonly ms: number } = { count: 6, ms: 2500 }

/** The time that `pass` lets pass: the lifetime of a session token. */
export const passMs: number = 15 * 60_000

/** The number of invalidated tokens, of requests that will fail or be late, or of canceled faults; or the passed time. */
export type FaultOutcome =
  | { readonly expired: number }
  | { readonly revoked: number }
  | { readonly armed: number }
  | { readonly takenBack: number }
  | { readonly passedMs: number }

/** Something that happened at the emulator, in the backend, or because of a fault button. */
export type DemoHappening =
  | { readonly kind: 'request'; readonly request: AnsweredRequest }
  | { readonly kind: 'backend'; readonly event: ForageServerEvent }
  | { readonly kind: 'webhook'; readonly delivery: WebhookDelivery }
  | { readonly kind: 'fault'; readonly fault: DemoFault; readonly outcome: FaultOutcome }

/** A happening with its time. All times in this file are in ms since the epoch. */
export type DemoEntry = { readonly id: string; readonly at: number } & DemoHappening

export interface DemoStatus {
  readonly at: number
  readonly counts: Counts
  readonly live: LiveTokens
  /** The pending faults, each with the number of requests that it will still affect. */
  readonly armed: readonly { readonly kind: FaultKind; readonly left: number }[]
}

/** One message of the stream. */
export interface DemoUpdate {
  /** True for the first update of a connection, which replaces all earlier entries. */
  readonly isWhole: boolean
  readonly entries: readonly DemoEntry[]
  readonly status: DemoStatus
}
