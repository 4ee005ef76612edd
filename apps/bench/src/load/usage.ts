import { setImmediate } from 'node:timers/promises'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

/** What a process holds on to, after what it could let go has gone. */
export interface Usage {
  readonly heapMb: number
  readonly sockets: number
  readonly unhandledRejections: number
}

let unhandledRejections = 0

/** From now on they are counted, and do not end the process. */
export function countUnhandledRejections(): void {
  process.on('unhandledRejection', () => void (unhandledRejections += 1))
}

setFlagsFromString('--expose-gc')
const collectGarbage = runInNewContext('gc') as () => void

/** After the garbage is gone: a heap that nobody cleaned says nothing. */
export async function usage(): Promise<Usage> {
  collectGarbage()
  await setImmediate()
  collectGarbage()
  const sockets = process.getActiveResourcesInfo().filter((name) => name.startsWith('TCP')).length
  return { heapMb: process.memoryUsage().heapUsed / 2 ** 20, sockets, unhandledRejections }
}
