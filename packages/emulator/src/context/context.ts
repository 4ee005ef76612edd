import type { Context, Hono } from 'hono'

import type { EmulatorTime } from '../shared/emulator-time.ts'
import type { EmulatorEvents } from '../shared/events.ts'
import type { Sign } from '../shared/jwt.ts'
import type { MerchantDirectory } from '../shared/merchants.ts'
import type { Random } from '../shared/random.ts'
import type { Store } from '../state/store.ts'
import type { Faults } from './faults.ts'
import type { AnsweredRequest, LoggedRequest } from './logged-request.ts'
import type { Switches } from './switches.ts'

/** The parts of one emulator that its routes share. */
export interface EmulatorContext {
  readonly clientId: string
  readonly clientSecret: string
  readonly merchants: MerchantDirectory
  readonly switches: Switches
  readonly time: EmulatorTime
  readonly random: Random
  readonly sign: Sign
  readonly store: Store
  /** Emits an event after the store changed. */
  readonly events: EmulatorEvents
  readonly onRequest: ((request: AnsweredRequest) => void) | undefined
  readonly faults: Faults
  /** The latest requests to the API and the vault, oldest first. */
  readonly requests: LoggedRequest[]
  /** Idempotency keys whose answer has not left yet. */
  readonly keysInFlight: Set<string>
  /** The times of each address's latest requests. */
  readonly limiter: Map<string, number[]>
  /** Origin of the vault's inputs. Undefined: the origin of the request. */
  readonly vaultUrl: string | undefined
}

/** Receives the text of an answer from `jsonAnswer`, instead of the response's body. */
export interface TextAside {
  json?: string
}

export interface EmulatorEnv {
  Bindings: {
    /** The address that sent the request. Undefined without a port. */
    remoteAddress?: string
    /** Set by a sender that reads the answer with `wholeText`. */
    aside?: TextAside
  }
  Variables: {
    /** The request's body as text, read within its limit before any endpoint runs. */
    body: string
    /** The idempotency slot that this request holds until its answer leaves. */
    keyInFlight: string | undefined
  }
}

export type EmulatorApp = Hono<EmulatorEnv>
export type RouteContext = Context<EmulatorEnv>
