import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

import { load } from './load.ts'
import type { Servers } from './servers.ts'

const rounds = 12
const roundMs = 500

export interface Throughput {
  /** Requests per second, in the best round. */
  readonly emulator: number
  readonly bare: number
}

/** The two are loaded in turn; the fastest round of each is the one that was disturbed least. */
export async function throughput(): Promise<Throughput> {
  const child = fork(fileURLToPath(new URL('servers.ts', import.meta.url)))
  try {
    const [servers] = (await once(child, 'message')) as [Servers]
    const best = { emulator: 0, bare: 0 }
    for (let round = 0; round < rounds; round += 1) {
      for (const name of ['emulator', 'bare'] as const) {
        const count = await load(servers[name], servers.authorization, roundMs)
        best[name] = Math.max(best[name], (count * 1000) / roundMs)
      }
    }
    return best
  } finally {
    child.kill()
  }
}
