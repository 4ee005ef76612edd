import type { PoolStatus } from '../pool/pool-status.ts'
import type { Emitter, ForageServerEvent, ForageServerListener } from '../shared/events.ts'
import { assertKnownOptions } from '../shared/known-options.ts'
import { received } from '../shared/received.ts'
import { quietMeter, quietTracer } from './quiet-telemetry.ts'
import type { TelemetryMeter, TelemetryObserver, TelemetryTracer } from './telemetry-api.ts'
import { countOf, counters, type Count } from './telemetry-count.ts'

/** The OpenTelemetry meter and tracer that the server reports to. */
export interface TelemetryOptions {
  /** Receives counters, durations in seconds, and the state of each pool. Default: no metrics. */
  meter?: TelemetryMeter
  /** Receives a span for each token request to Forage. Default: no spans. */
  tracer?: TelemetryTracer
}

const knownOptions = { meter: true, tracer: true } satisfies Record<keyof TelemetryOptions, true>

/** Returns the validated option, `{}` by default. Throws `TypeError` if a meter or tracer is invalid. */
export function checkTelemetry(telemetry: TelemetryOptions | undefined): TelemetryOptions {
  assertKnownOptions(telemetry, knownOptions, 'telemetry.')
  const { meter, tracer } = telemetry ?? {}
  const isMeter = meter === undefined || typeof meter.createCounter === 'function'
  if (isMeter && (tracer === undefined || typeof tracer.startSpan === 'function')) return telemetry ?? {}
  throw new TypeError(
    `Option "telemetry" must be { meter?, tracer? } of OpenTelemetry, got ${received(telemetry)}`,
  )
}

/** The part of a server that telemetry reads. */
export interface Observed {
  emitter: Emitter
  pools(): readonly PoolStatus[]
  /** Whether the last call of the store succeeded, by pool. */
  stores(): readonly { pool: string; isAvailable: boolean }[]
}

/** Counts and times the events of a server. Returns the function that stops it. If telemetry fails, nothing else does. */
export function observe(options: TelemetryOptions, server: Observed): () => void {
  const { emitter } = server
  const failed = (error: string): void => emitter.emit({ type: 'hook-failed', hook: 'telemetry', error })
  const meter = options.meter && quietMeter(options.meter, failed)
  const tracer = options.tracer && quietTracer(options.tracer, failed)
  const ends = [
    ...(meter ? [emitter.on(counting(meter)), showPools(meter, server), showStores(meter, server)] : []),
    ...(meter || tracer ? [emitter.on(timing(meter, tracer))] : []),
  ]
  return () => ends.forEach((end) => end())
}

function counting(meter: TelemetryMeter): ForageServerListener {
  const instruments = new Map(
    Object.entries(counters).map(([name, description]) => [name, meter.createCounter(name, { description })]),
  )
  return (event) => {
    const count = countOf(event)
    if (count) instruments.get(count.counter)?.add(1, count.attributes)
  }
}

interface Timed extends Count {
  startedAt: number
}

function timing(meter?: TelemetryMeter, tracer?: TelemetryTracer): ForageServerListener {
  const timer = createTimer()
  const options = { unit: 's', advice: { explicitBucketBoundaries } }
  const durations = new Map(
    Object.values(timedCounters).map(({ name, description }) => [
      name,
      meter?.createHistogram(name, { ...options, description }),
    ]),
  )
  return (event) => {
    const timed = timer(event)
    const duration = timed && timedCounters[timed.counter]
    if (!timed || !duration) return
    durations.get(duration.name)?.record((event.at - timed.startedAt) / 1000, timed.attributes)
    if (tracer && timed.counter in spans) trace(tracer, timed, event.at)
  }
}

// In seconds, up to the longest deadline. OpenTelemetry's own boundaries are for milliseconds: 5 is the first after 0.
const explicitBucketBoundaries = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30]

const timedCounters: Partial<Record<Count['counter'], { name: string; description: string }>> = {
  'forage.endpoint.requests': {
    name: 'forage.endpoint.duration',
    description: 'Duration of requests for a session token from browsers and apps',
  },
  'forage.authentication_token.requests': {
    name: 'forage.authentication_token.duration',
    description: 'Duration of requests for an authentication token to Forage',
  },
  'forage.session_token.mints': {
    name: 'forage.session_token.duration',
    description: 'Duration of mints of a session token, with the wait for an authentication token',
  },
}

// Requests from the browser have no span here: an instrumented web framework creates it.
const spans: Partial<Record<Count['counter'], string>> = {
  'forage.authentication_token.requests': 'forage.authentication_token.request',
  'forage.session_token.mints': 'forage.session_token.mint',
}

// `SpanKind.CLIENT` and `SpanStatusCode.ERROR` of `@opentelemetry/api`, which this package does not import.
const clientKind = 2
const errorStatus = 2

function trace(tracer: TelemetryTracer, { counter, attributes, startedAt }: Timed, endedAt: number): void {
  const options = { kind: clientKind, startTime: new Date(startedAt), attributes }
  const span = tracer.startSpan(spans[counter]!, options)
  if ('error.type' in attributes) span.setStatus({ code: errorStatus })
  span.end(new Date(endedAt))
}

/** Finds the start time of the operation that an event ends. A pool has at most one token request in progress. */
function createTimer(): (event: ForageServerEvent) => Timed | undefined {
  const requests = new Map<string, number>()
  return (event) => {
    if (event.type === 'authentication-token-requested') requests.set(event.pool, event.at)
    const count = countOf(event)
    if (!count) return undefined
    if ('durationMs' in event) return { ...count, startedAt: event.at - event.durationMs }
    const startedAt = 'pool' in event ? requests.get(event.pool) : undefined
    if (startedAt === undefined || !event.type.startsWith('authentication-token-')) return undefined
    return { ...count, startedAt }
  }
}

const states: readonly PoolStatus['state'][] = ['empty', 'ready', 'degraded', 'failed', 'frozen']

function showPools(meter: TelemetryMeter, { pools }: Observed): () => void {
  const description = '1 for the current state of a pool, 0 for the others'
  const gauge = meter.createObservableGauge('forage.pool.state', { description })
  const show: TelemetryObserver = (result) => {
    for (const { pool, state } of pools()) {
      for (const each of states) {
        result.observe(each === state ? 1 : 0, { 'forage.pool': pool, 'forage.pool.state': each })
      }
    }
  }
  return shown(gauge, show)
}

function showStores(meter: TelemetryMeter, { stores }: Observed): () => void {
  const description = '1 if the last call of the token store succeeded, 0 if it failed'
  const gauge = meter.createObservableGauge('forage.store.available', { description })
  return shown(gauge, (result) => {
    for (const { pool, isAvailable } of stores()) result.observe(isAvailable ? 1 : 0, { 'forage.pool': pool })
  })
}

function shown(
  gauge: ReturnType<TelemetryMeter['createObservableGauge']>,
  show: TelemetryObserver,
): () => void {
  gauge.addCallback(show)
  return () => gauge.removeCallback(show)
}
