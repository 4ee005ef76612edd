// Simulates one day under one set of rules in a worker thread.
import { parentPort, workerData } from 'node:worker_threads'

import { simulateDay, type DayOptions } from './simulated-day.ts'

parentPort?.postMessage(simulateDay(workerData as DayOptions))
