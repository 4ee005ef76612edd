import { judged, type Measurement, type Row } from '../measurement.ts'
import { callsEach, coldStarts, mintMs, processes, type ColdStarts } from './cold-start.ts'
import { endpointTimes, type EndpointTimes } from './endpoint.ts'

/** What the merchant's endpoint costs over the framework it is served by, and what a fleet's cold start costs. */
export const server: Measurement = {
  about:
    'Throughput and p99 of the session-token endpoint, over the bare web framework in the same run; a cold start.',
  async run() {
    const endpoint = endpointRows(await endpointTimes())
    const cold = await coldStarts()
    return {
      rows: [...endpoint, ...(cold ? coldRows(cold) : [])],
      notes: [...notes, cold ? coldNote : noRedis],
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
      what: 'the server’s own work',
      unit: 'µs per answer',
      ...cpu,
      target: round(bare.cpu / 0.6),
    }),
    judged({
      id: 'endpoint.ratio',
      what: 'bare throughput over ours',
      unit: '×',
      ours: ratio,
      target: round(1 / 0.6),
    }),
    { id: 'endpoint.throughput', what: 'throughput', unit: 'answers per second', ...perSecond },
    { id: 'endpoint.p99', what: '99 of 100 answers', unit: 'ms', ...p99 },
  ]
}

function coldRows({ alone, fleet }: ColdStarts): Row[] {
  return [
    judged({
      id: 'cold.requests',
      what: 'token requests of a fleet that starts cold',
      unit: 'requests',
      ours: fleet.requests,
      target: 1,
    }),
    judged({
      id: 'cold.p50',
      what: 'until half of its callers have a token',
      unit: 'ms',
      ours: round(fleet.p50),
      floor: round(alone.p50),
      target: round(2 * alone.p50),
    }),
  ]
}

const coldNote = `Cold: ${processes} processes on one Redis without a token in it, their code compiled, ${callsEach} calls each, all at once; the API takes ${mintMs} ms for a token. Floor: one process, one call. The medians of three starts.`
const noRedis = 'The cold start was not measured: there is no Redis on this machine.'

const notes = [
  'Floor: Hono on `@hono/node-server`, reading the same body and answering the same JSON, in the same process. Ours asks who is asking (`authorize`), counts three limits, and joins the mint of the last 10 s. The target is 0.6 of the bare throughput.',
  'The medians of rounds that alternate, 16 connections over loopback. Throughput is shared with whatever else the machine does, also with the client; what the server itself works for an answer is not.',
]

function round(value: number): number {
  return Math.round(value * 100) / 100
}
