import type { Context, Hono } from 'hono'

import type { EmulatorTime } from './emulator-time.ts'
import type { Faults } from './faults.ts'
import type { MerchantDirectory } from './merchants.ts'
import type { Random } from './random.ts'
import type { Sign } from './session-token.ts'
import type { Store } from './store.ts'
import type { Switches } from './switches.ts'

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
  readonly faults: Faults
  /** Origin of the vault's inputs; undefined: the origin of the request. */
  readonly vaultUrl: string | undefined
}

/** `body`: the request's body as text, read within its limit before any route runs. */
export interface EmulatorEnv {
  Variables: { body: string }
}

export type EmulatorApp = Hono<EmulatorEnv>
export type RouteContext = Context<EmulatorEnv>
export type Handler = (c: RouteContext) => Response | Promise<Response>
