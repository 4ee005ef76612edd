// Runs one fleet in a separate thread, because the fleets share no clock.
import { parentPort, workerData } from 'node:worker_threads'

import { fleets, type FleetName } from './fleets.ts'
import { liveThrough } from './live-through.ts'
import { drawYear } from './year.ts'

const { name, seed } = workerData as { name: FleetName; seed: number }
parentPort!.postMessage(await liveThrough(drawYear(seed), fleets[name]))
