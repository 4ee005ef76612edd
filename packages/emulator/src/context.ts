import type { Context, Hono } from 'hono'

import type { Faults } from './control/faults.ts'
import type { EmulatorTime } from './emulator-time.ts'
import type { EmulatorEvents } from './events.ts'
import type { TextAside } from './http/json-answer.ts'
import type { Sign } from './jwt.ts'
import type { MerchantDirectory } from './merchants.ts'
import type { Random } from './random.ts'
import type { AnsweredRequest, Store } from './state/store.ts'
import type { Switches } from './switches.ts'
import type { Webhooks } from './webhooks/webhooks.ts'

/** What every route of one emulator shares. */
export interface EmulatorContext {
  readonly clientId: string
  readonly clientSecret: string
  readonly merchants: MerchantDirectory
  readonly switches: Switches
  readonly time: EmulatorTime
  readonly random: Random
  readonly sign: Sign
  readonly store: Store
  /** Told after the store was changed. */
  readonly events: EmulatorEvents
  readonly webhooks: Webhooks
  readonly onRequest: ((request: AnsweredRequest) => void) | undefined
  readonly faults: Faults
  /** When each address sent its requests of the last minutes. */
  readonly limiter: Map<string, number[]>
  /** Origin of the vault's inputs; undefined: the origin of the request. */
  readonly vaultUrl: string | undefined
}

export interface EmulatorEnv {
  Bindings: {
    /** Where a request came from; undefined without a port. */
    remoteAddress?: string
    /** Given by a sender that reads the answer by `wholeText`. */
    aside?: TextAside
  }
  Variables: {
    /** The request's body as text, read within its limit before any endpoint runs. */
    body: string
    /** The idempotency slot that this request holds until its answer left. */
    keyInFlight: string | undefined
  }
}

export type EmulatorApp = Hono<EmulatorEnv>
export type RouteContext = Context<EmulatorEnv>
