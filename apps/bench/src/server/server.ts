import { judged, type Measurement, type Row } from '../measurement.ts'
import { endpointTimes, type EndpointTimes } from './endpoint.ts'

/** What the merchant's endpoint costs over the framework it is served by. */
export const server: Measurement = {
  about: 'Throughput and p99 of the session-token endpoint, over the bare web framework in the same run.',
  async run() {
    return { rows: rows(await endpointTimes()), notes }
  },
}

function rows({ bare, ours }: EndpointTimes): Row[] {
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

const notes = [
  'Floor: Hono on `@hono/node-server`, reading the same body and answering the same JSON, in the same process. Ours asks who is asking (`authorize`), counts three limits, and joins the mint of the last 10 s. The target is 0.6 of the bare throughput.',
  'The medians of rounds that alternate, 16 connections over loopback. Throughput is shared with whatever else the machine does, also with the client; what the server itself works for an answer is not.',
]

function round(value: number): number {
  return Math.round(value * 100) / 100
}
