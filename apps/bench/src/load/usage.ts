import { setImmediate } from 'node:timers/promises'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

/** The memory and sockets of a process after a garbage collection. */
export interface Usage {
  readonly heapMb: number
  readonly sockets: number
  readonly unhandledRejections: number
}

let unhandledRejections = 0

/** Counts unhandled rejections after this, so that they do not end the process. */
export function countUnhandledRejections(): void {
  process.on('unhandledRejection', () => void (unhandledRejections += 1))
}

setFlagsFromString('--expose-gc')
const collectGarbage = runInNewContext('gc') as () => void

/** Collects garbage first, because the size of an uncollected heap says nothing. */
export async function usage(): Promise<Usage> {
  collectGarbage()
  await setImmediate()
  collectGarbage()
  const sockets = process.getActiveResourcesInfo().filter((name) => name.startsWith('TCP')).length
  return { heapMb: process.memoryUsage().heapUsed / 2 ** 20, sockets, unhandledRejections }
}
