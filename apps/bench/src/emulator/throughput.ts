import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

import { median } from '../median.ts'
import { load } from './load.ts'
import type { Servers } from './servers.ts'

const rounds = 48
const roundMs = 250

export interface Throughput {
  /** Requests per second, in the median round. */
  readonly emulator: number
  readonly bare: number
}

/** Loads both servers in turn, in rounds so short that a disturbance affects both. */
export async function throughput(): Promise<Throughput> {
  const child = fork(fileURLToPath(new URL('servers.ts', import.meta.url)))
  const rates: Record<keyof Throughput, number[]> = { emulator: [], bare: [] }
  try {
    const [servers] = (await once(child, 'message')) as [Servers]
    for (let round = 0; round < rounds; round += 1) {
      for (const name of ['emulator', 'bare'] as const) {
        const count = await load(servers[name], servers.authorization, roundMs)
        rates[name].push((count * 1000) / roundMs)
      }
    }
  } finally {
    child.kill()
  }
  return { emulator: median(rates.emulator), bare: median(rates.bare) }
}
