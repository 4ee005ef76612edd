import type { EmulatorContext } from '../context/context.ts'
import type { ArmedFaultView, Fault } from '../context/faults.ts'
import type { LoggedRequest } from '../context/logged-request.ts'
import type { Counts } from '../state/store.ts'
import { authenticationTokenTable, liveTokens } from '../tokens/authentication-token.ts'
import { expireSessionTokens, liveSessionTokens } from '../tokens/session-token.ts'
import type { WebhookDelivery, Webhooks } from '../webhooks/webhooks.ts'
import { keepCard } from './keep-card.ts'

/** The numbers of tokens that are valid at this moment. */
export interface LiveTokens {
  /** Authentication tokens that are neither expired nor revoked. */
  readonly authenticationTokens: number
  /** Session tokens that are neither expired nor revoked, on their own or with their authentication token. */
  readonly sessionTokens: number
}

/**
 * Commands for tests and for the control plane. See `Emulator.control`.
 *
 * @example
 * ```ts
 * import { createEmulator } from '@forage-session/emulator'
 *
 * const { control } = createEmulator()
 * const disarm = control.fault({ kind: 'latency', ms: 2000, count: 3 })
 * await control.advance(15 * 60 * 1000) // every session token so far is expired
 * disarm()
 * console.log(control.counts(), control.requests())
 * ```
 */
export interface EmulatorControl {
  /** Moves the emulator's time forward, in ms. Rejects with `EmulatorError` (`invalid_option`) if `ms` is negative. */
  advance(ms: number): Promise<void>
  /** Lets every session token expire now. Returns how many there were. */
  expireSessionTokens(): number
  /** Revokes every authentication token, and with it its session tokens. Returns how many there were. */
  revokeAuthenticationTokens(): number
  /** Disables the client: its credentials get `invalid_client` until `reset`. */
  disableApplication(): void
  /**
   * Arms a fault. Returns a function that disarms it. Throws `EmulatorError`: `unknown_fault_kind`, or `invalid_fault` if a
   * field does not fit the kind.
   */
  fault(fault: Fault): () => void
  /** Returns the armed faults. */
  faults(): ArmedFaultView[]
  /** Disarms a fault. Returns false if no armed fault has this id. */
  takeBackFault(id: number): boolean
  /**
   * Stores a test card under this ref (10 hex digits), with a balance of $1000 SNAP and $1000 EBT Cash, for pages that
   * only read a card. Rejects with `EmulatorError` (`invalid_option`) if the ref is not 10 hex digits.
   */
  keepCard(ref: string): Promise<void>
  /** Returns the requests to the API and the vault, oldest first: at least the latest 10,000. */
  requests(): LoggedRequest[]
  /** Returns how many tokens were issued and captures made. `reset` sets the counts to 0. */
  counts(): Counts
  /** Returns how many tokens are valid at this moment. It reads every token. */
  live(): LiveTokens
  /** Returns the attempts to deliver webhooks, oldest first: the latest 1000. */
  deliveries(): WebhookDelivery[]
  /** Deletes everything: tokens, objects, faults, log, time. New tokens differ from earlier ones: the seed continues. */
  reset(): void
}

export function createControl(context: EmulatorContext, webhooks: Webhooks): EmulatorControl {
  const { faults, store, time } = context
  return {
    advance: async (ms) => {
      time.advance(ms)
      store.change({ offsetMs: store.facts().offsetMs + ms })
    },
    expireSessionTokens: () => expireSessionTokens(context),
    revokeAuthenticationTokens: () => {
      const revoked = liveTokens(context).length
      store.table(authenticationTokenTable).clear()
      return revoked
    },
    disableApplication: () => store.change({ applicationEnabled: false }),
    fault: (fault) => faults.arm(fault),
    faults: () => faults.list(),
    takeBackFault: (id) => faults.takeBack(id),
    keepCard: (ref) => keepCard(context, ref),
    requests: () => [...context.requests],
    counts: () => ({ ...store.facts().counts }),
    live: () => ({
      authenticationTokens: liveTokens(context).length,
      sessionTokens: liveSessionTokens(context).length,
    }),
    deliveries: () => webhooks.deliveries(),
    reset: () => {
      store.clear()
      faults.clear()
      context.requests.length = 0
      context.keysInFlight.clear()
      context.limiter.clear()
      webhooks.clear()
      time.reset()
    },
  }
}
