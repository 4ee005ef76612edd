// Runs the sample checkout's merchant backend in a child process: two instances behind one port.
import { startCheckout } from '../../../checkout/src/checkout-app.ts'
import type { RealTarget } from '../../../checkout/src/forage-target.ts'
import { redisInstances } from '../../../checkout/src/redis-instances.ts'
import { settingsOf } from './processes.ts'

export interface BackendSettings {
  readonly port: number
  readonly target: RealTarget
  readonly redisUrl: string
  /** The folder for orders, which live longer than the process. */
  readonly state: string
  readonly customers: readonly { readonly id: string; readonly name: string }[]
  readonly limiter: boolean
}

const { port, target, redisUrl, state, customers, limiter } = await settingsOf<BackendSettings>()
const { instances } = await redisInstances(redisUrl, 2, 'load')
const { url } = await startCheckout({
  port,
  target,
  state,
  customers,
  ...(limiter ? {} : { rateLimit: false as const }),
  instances: instances.map((instance) =>
    limiter ? instance : { ...instance, upstreamLimit: false as const },
  ),
})
process.send?.({ url })
