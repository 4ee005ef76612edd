import type { Emulator } from '@forage-session/emulator'

import type { FleetClock } from '../../../packages/server/test/fleet/fleet-clock.ts'

/** Answers a request instead of Forage. Undefined: Forage answers. */
export type Disturbance = (path: string) => Response | undefined | Promise<Response | undefined>

/** The way from the backend to Forage. A request takes some time of the sample's clock. */
export interface ForageLine {
  fetch: typeof globalThis.fetch
  /** Undefined: the line works. */
  disturbance: Disturbance | undefined
  /** The extra time of every request, in ms. */
  extraMs: number
}

/** Creates a line that takes 80 ms to 280 ms for each request. */
export function createForageLine(emulator: Emulator, clock: FleetClock, random: () => number): ForageLine {
  const line: ForageLine = {
    disturbance: undefined,
    extraMs: 0,
    fetch: async (input, init) => {
      const request = new Request(input, init)
      await delay(clock, 80 + 200 * random() + line.extraMs, request.signal)
      const { pathname } = new URL(request.url)
      return (await line.disturbance?.(pathname)) ?? (await emulator.fetch(request))
    },
  }
  return line
}

function delay(clock: FleetClock, ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = clock.setTimeout(resolve, ms)
    signal.addEventListener('abort', () => {
      clock.clearTimeout(timer)
      reject(signal.reason as Error)
    })
  })
}

/** Forage does not answer: the connection is refused. */
export function noConnection(): never {
  const cause = Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' })
  throw new TypeError('fetch failed', { cause })
}
