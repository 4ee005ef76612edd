import { Hono } from 'hono'
import { streamSSE } from 'hono/streaming'

import { demoFaults } from '../api/demo-api.ts'
import { causeFault } from '../demo/demo-faults.ts'
import { watchDemo, type Demo, type DemoClock } from '../demo/demo-stream.ts'

const clock: DemoClock = {
  now: () => Date.now(),
  setTimeout: (run, ms) => setTimeout(run, ms).unref(),
  clearTimeout: (handle) => clearTimeout(handle as NodeJS.Timeout),
}

/** The routes of the demo bar and the control room, only with the emulator. They show fingerprints, never tokens. */
export function demoRoutes(demo: Demo): Hono {
  const { control, log } = demo
  const app = new Hono()
    .get('/log', (c) => c.json({ counts: control.counts(), requests: control.requests() }))
    .get('/events', (c) => streamSSE(c, (stream) => streamTo(stream, demo)))
  for (const fault of demoFaults) {
    app.post(`/${fault}`, async (c) => {
      const outcome = await causeFault(demo, fault)
      log.note({ kind: 'fault', fault, outcome })
      return c.json(outcome)
    })
  }
  return app
}

type EventStream = Parameters<Parameters<typeof streamSSE>[1]>[0]

/** Sends updates until the control room is closed. */
function streamTo(stream: EventStream, demo: Demo): Promise<void> {
  return new Promise((resolve) => {
    const stop = watchDemo(demo, clock, (update) => void stream.writeSSE({ data: JSON.stringify(update) }))
    stream.onAbort(() => {
      stop()
      resolve()
    })
  })
}
