import { callQuietly } from '../shared/foreign-code.ts'
import type { TelemetryMeter, TelemetryTracer } from './telemetry-api.ts'

type Failed = (error: string) => void

/** Wraps a meter whose exporter may be down: no call throws, and `failed` receives the class of each error. */
export function quietMeter(meter: TelemetryMeter, failed: Failed): TelemetryMeter {
  return {
    createCounter: (...of) => {
      const counter = created(() => meter.createCounter(...of), failed)
      return { add: (...count) => callQuietly(() => counter?.add(...count), failed) }
    },
    createHistogram: (...of) => {
      const histogram = created(() => meter.createHistogram(...of), failed)
      return { record: (...value) => callQuietly(() => histogram?.record(...value), failed) }
    },
    createObservableGauge: (...of) => {
      const gauge = created(() => meter.createObservableGauge(...of), failed)
      return {
        addCallback: (observe) => callQuietly(() => gauge?.addCallback(observe), failed),
        removeCallback: (observe) => callQuietly(() => gauge?.removeCallback(observe), failed),
      }
    },
  }
}

/** Wraps a tracer in the same way. */
export function quietTracer(tracer: TelemetryTracer, failed: Failed): TelemetryTracer {
  return {
    startSpan: (...of) => {
      const span = created(() => tracer.startSpan(...of), failed)
      return {
        setStatus: (status) => callQuietly(() => span?.setStatus(status), failed),
        end: (at) => callQuietly(() => span?.end(at), failed),
      }
    },
  }
}

function created<T>(create: () => T, failed: Failed): T | undefined {
  const made: T[] = []
  callQuietly(() => void made.push(create()), failed)
  return made[0]
}
