import type { EmulatorContext } from '../context.ts'
import { liveTokens } from '../oauth/live-tokens.ts'
import type { Counts, LiveTokens, LoggedRequest, SessionToken } from '../state/store.ts'
import type { WebhookDelivery } from '../webhooks/webhooks.ts'
import type { ArmedFaultView, Fault } from './faults.ts'
import { keepCard } from './keep-card.ts'

/** What a test, or a person at the control plane, does to the emulator. */
export interface EmulatorControl {
  /** Moves the emulator's time forward. */
  advance(ms: number): Promise<void>
  /** Every live session token expires now; says how many that were. */
  expireSessionTokens(): number
  /** Every authentication token is revoked, and its session tokens with it; says how many that were. */
  revokeAuthenticationTokens(): number
  /** From now on the client's credentials get `invalid_client`. `reset` enables it again. */
  disableApplication(): void
  /** Arms a fault; the returned function takes it back. */
  fault(fault: Fault): () => void
  /** What is armed. */
  faults(): ArmedFaultView[]
  /** Takes an armed fault back; false: there is none of that id any more. */
  takeBackFault(id: number): boolean
  /**
   * Keeps a test card on file under this ref (10 hex digits), with $1000 of SNAP and of EBT Cash as its balance: for
   * a page that only reads one. Rejects with `EmulatorError` (`invalid_option`) on another ref.
   */
  keepCard(ref: string): Promise<void>
  /** The requests to the API and the vault so far, oldest first. */
  requests(): LoggedRequest[]
  /** What was issued and captured so far. `reset` begins anew. */
  counts(): Counts
  /** How many tokens are good at this moment. Looks at each of them. */
  live(): LiveTokens
  /** The tries to deliver a webhook so far, oldest first. */
  deliveries(): WebhookDelivery[]
  /** Forgets everything: tokens, objects, faults, log, time. Old tokens stay unknown: the seed is not rewound. */
  reset(): void
}

export function createControl(context: EmulatorContext): EmulatorControl {
  const { faults, store, time } = context
  return {
    advance: async (ms) => {
      time.advance(ms)
      store.change({ offsetMs: store.facts().offsetMs + ms })
    },
    expireSessionTokens: () => expireSessionTokens(context),
    revokeAuthenticationTokens: () => {
      const revoked = liveTokens(context).length
      store.authenticationTokens.clear()
      return revoked
    },
    disableApplication: () => store.change({ applicationEnabled: false }),
    fault: (fault) => faults.arm(fault),
    faults: () => faults.list(),
    takeBackFault: (id) => faults.takeBack(id),
    keepCard: (ref) => keepCard(context, ref),
    requests: () => [...store.requests],
    counts: () => ({ ...store.facts().counts }),
    live: () => ({
      authenticationTokens: liveTokens(context).length,
      sessionTokens: liveSessionTokens(context).length,
    }),
    deliveries: () => context.webhooks.deliveries(),
    reset: () => {
      store.clear()
      faults.clear()
      context.limiter.clear()
      context.webhooks.clear()
      time.reset()
    },
  }
}

/** A session token dies with the authentication token that it came from. */
function liveSessionTokens(context: EmulatorContext): SessionToken[] {
  const now = context.time.now()
  const parents = new Set(liveTokens(context).map(({ value }) => value))
  return [...context.store.sessionTokens.values()].filter(
    ({ expiresAt, parent }) => now < expiresAt && parents.has(parent),
  )
}

function expireSessionTokens({ store, time }: EmulatorContext): number {
  const now = time.now()
  const live = [...store.sessionTokens.values()].filter((token) => token.expiresAt > now)
  for (const token of live) store.sessionTokens.set(token.value, { ...token, expiresAt: now })
  return live.length
}
