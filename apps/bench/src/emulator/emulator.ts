import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

import { judged, type Measurement, type Row } from '../measurement.ts'
import type { Filled } from './fill.ts'
import { startMs } from './start.ts'
import { throughput } from './throughput.ts'

/** The lowest acceptable part of the bare framework's throughput. */
const leastRatio = 0.7
const mebibyte = 1024 * 1024

/** Measures what the emulator costs. */
export const emulator: Measurement = {
  about: 'The emulator: requests compared with the bare framework, memory of a million objects, start time.',
  async run() {
    const start = await startMs()
    const { emulator: ours, bare } = await throughput()
    const { objects, bytes } = await filled()
    const rows: Omit<Row, 'ok'>[] = [
      request(1e6 / ours, 1e6 / bare),
      {
        id: 'emulator.memory',
        what: `${objects.toLocaleString('en')} live objects`,
        unit: 'MiB',
        ours: Math.round(bytes / mebibyte),
        target: 1024,
      },
      {
        id: 'emulator.start',
        what: 'start of `forage-emulator` until its ports are open',
        unit: 'ms',
        ours: Math.round(start.usual),
        target: 300,
      },
      {
        id: 'emulator.start.first',
        what: 'the same without the compile cache of Node.js',
        unit: 'ms',
        ours: Math.round(start.first),
      },
    ]
    const ratio = (ours / bare).toFixed(2)
    const notes = [
      `The emulator answers ${Math.round(ours)} requests per second and the bare framework ${Math.round(bare)}. That is ${ratio} of its throughput; the target is ${leastRatio}.`,
      'The start is measured from source. The built command has less code to read.',
      'Half of the live objects are session tokens, a quarter are payment methods, and a quarter are payments with their idempotency keys.',
    ]
    return { rows: rows.map(judged), notes }
  },
}

function request(ours: number, floor: number): Omit<Row, 'ok'> {
  const tenths = (us: number): number => Math.round(us * 10) / 10
  return {
    id: 'emulator.request',
    what: '`POST /api/session_token/`; the floor is the bare framework on the same server',
    unit: 'µs',
    ours: tenths(ours),
    floor: tenths(floor),
    target: tenths(floor / leastRatio),
  }
}

async function filled(): Promise<Filled> {
  const child = fork(fileURLToPath(new URL('fill.ts', import.meta.url)), { execArgv: ['--expose-gc'] })
  const [result] = (await once(child, 'message')) as [Filled]
  return result
}
