import { judged, type Measurement, type Row } from '../measurement.ts'
import {
  callsEach,
  coldStartsOnPostgres,
  coldStartsOnRedis,
  coldStartsOnSqlite,
  mintMs,
  processes,
  type ColdStarts,
} from './cold-start.ts'
import { endpointTimes, type EndpointTimes } from './endpoint.ts'

/** Measures the merchant's endpoint compared with its bare framework, and the cold start of a fleet. */
export const server: Measurement = {
  about:
    'Throughput and p99 of the session-token endpoint compared with the bare web framework, and a cold start.',
  async run() {
    const endpoint = endpointRows(await endpointTimes())
    const redis = await coldStartsOnRedis()
    const postgres = await coldStartsOnPostgres()
    const sqlite = await coldStartsOnSqlite()
    return {
      rows: [
        ...endpoint,
        ...(redis ? coldRows('cold', redis, 'Redis') : []),
        ...(postgres ? coldRows('cold.postgres', postgres, 'PostgreSQL') : []),
        ...coldRows('cold.sqlite', sqlite, 'SQLite'),
      ],
      notes: [
        ...notes,
        coldNote,
        ...(redis ? [] : [missing('Redis')]),
        ...(postgres ? [] : [missing('PostgreSQL')]),
      ],
    }
  },
}

function endpointRows({ bare, ours }: EndpointTimes): Row[] {
  const cpu = { ours: round(ours.cpu), floor: round(bare.cpu) }
  const perSecond = { ours: Math.round(ours.perSecond), floor: Math.round(bare.perSecond) }
  const p99 = { ours: round(ours.p99), floor: round(bare.p99) }
  const ratio = round(bare.perSecond / ours.perSecond)
  return [
    judged({
      id: 'endpoint.cpu',
      what: 'CPU time of the server',
      unit: 'µs per answer',
      ...cpu,
      target: round(bare.cpu / 0.6),
    }),
    judged({
      id: 'endpoint.ratio',
      what: 'bare throughput divided by ours',
      unit: '×',
      ours: ratio,
      target: round(1 / 0.6),
    }),
    { id: 'endpoint.throughput', what: 'throughput', unit: 'answers per second', ...perSecond },
    { id: 'endpoint.p99', what: 'latency of 99 of 100 answers', unit: 'ms', ...p99 },
  ]
}

function coldRows(id: string, { alone, fleet }: ColdStarts, store: string): Row[] {
  return [
    judged({
      id: `${id}.requests`,
      what: `token requests of a fleet that starts cold on ${store}`,
      unit: 'requests',
      ours: fleet.requests,
      target: 1,
    }),
    judged({
      id: `${id}.p50`,
      what: `time until half of the callers have a token on ${store}`,
      unit: 'ms',
      ours: round(fleet.p50),
      floor: round(alone.p50),
      target: round(2 * alone.p50),
    }),
  ]
}

const coldNote = `The cold start runs ${processes} processes with compiled code on one empty store, with ${callsEach} concurrent calls each. The API takes ${mintMs} ms for a token. The floor is one process with one call. Values are medians of three starts.`

const notes = [
  'The floor is Hono on `@hono/node-server` in the same process, which reads the same body and answers the same JSON. Our endpoint also calls `authorize`, counts three limits, and shares the token minted in the last 10 s. The target is 0.6 of the bare throughput.',
  'Values are medians of alternating rounds with 16 connections over loopback. Other work on the machine, including the client, lowers the throughput, but not the server’s CPU time per answer.',
]

function missing(store: string): string {
  return `The cold start on ${store} was not measured, because ${store} is not installed on this machine.`
}

function round(value: number): number {
  return Math.round(value * 100) / 100
}
