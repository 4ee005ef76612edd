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
  const throughput = {
    unit: 'µs per request',
    ours: microseconds(ours.perSecond),
    floor: microseconds(bare.perSecond),
  }
  return [
    judged({
      id: 'endpoint',
      what: 'one answer, under load',
      ...throughput,
      target: round(throughput.floor / 0.6),
    }),
    judged({
      id: 'endpoint.p99',
      what: '99 of 100 answers, 16 at a time',
      unit: 'ms',
      ours: round(ours.p99),
      floor: round(bare.p99),
    }),
    judged({
      id: 'endpoint.ratio',
      what: 'bare throughput over ours',
      unit: '×',
      ours: round(bare.perSecond / ours.perSecond),
      target: 1.67,
    }),
    {
      id: 'endpoint.throughput',
      what: 'answers',
      unit: 'per second',
      ours: Math.round(ours.perSecond),
      floor: Math.round(bare.perSecond),
    },
  ]
}

const notes = [
  'Floor: Hono on `@hono/node-server`, reading the same body and answering the same JSON, in the same process. Ours reads who is asking (`authorize`), counts three limits, and joins the mint of the last 10 s. The target is 0.6 of the bare throughput. The best of several rounds that alternate, 16 connections over loopback.',
]

function microseconds(perSecond: number): number {
  return round(1e6 / perSecond)
}

function round(value: number): number {
  return Math.round(value * 100) / 100
}
