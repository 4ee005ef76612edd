import type { TelemetryAttributes } from './telemetry-count.ts'

interface InstrumentOptions {
  description?: string
  unit?: string
}

/** The part of OpenTelemetry's `Meter` that this package uses: `metrics.getMeter('…')` of `@opentelemetry/api`. */
export interface TelemetryMeter {
  createCounter(
    name: string,
    options?: InstrumentOptions,
  ): { add(value: number, attributes?: TelemetryAttributes): void }
  createHistogram(
    name: string,
    options?: InstrumentOptions & { advice?: { explicitBucketBoundaries?: number[] } },
  ): { record(value: number, attributes?: TelemetryAttributes): void }
  createObservableGauge(
    name: string,
    options?: InstrumentOptions,
  ): { addCallback(observe: TelemetryObserver): void; removeCallback(observe: TelemetryObserver): void }
}

/** A callback that reports the values of a gauge whenever OpenTelemetry collects metrics. */
export type TelemetryObserver = (result: {
  observe(value: number, attributes?: TelemetryAttributes): void
}) => void

/** The part of OpenTelemetry's `Tracer` that this package uses: `trace.getTracer('…')` of `@opentelemetry/api`. */
export interface TelemetryTracer {
  startSpan(
    name: string,
    options?: { kind?: number; startTime?: Date; attributes?: TelemetryAttributes },
  ): { setStatus(status: { code: number }): unknown; end(endTime?: Date): void }
}
