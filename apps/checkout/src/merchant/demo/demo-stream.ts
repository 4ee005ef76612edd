import type { EmulatorControl, WebhookDelivery } from '@forage-session/emulator'

import type { DemoEntry, DemoStatus, DemoUpdate } from '../api/demo-api.ts'
import type { DemoLog } from './demo-log.ts'
import type { DemoTime } from './demo-time.ts'

/** The emulator of this shop, the log of what happened to it and to the backend, and the time of both. */
export interface Demo {
  readonly control: EmulatorControl
  readonly log: DemoLog
  readonly time: DemoTime
}

export interface DemoClock {
  now(): number
  setTimeout(run: () => void, ms: number): unknown
  clearTimeout(handle: unknown): void
}

const pollIntervalMs = 250

/** Polls the demo and reports updates, the first with all entries. Returns the function that stops it. */
export function watchDemo(demo: Demo, clock: DemoClock, listener: (update: DemoUpdate) => void): () => void {
  const { log, control, time } = demo
  let lastId: string | undefined
  let lastDelivery: WebhookDelivery | undefined
  let lastStatus = ''
  let timer: unknown
  const poll = (isWhole: boolean): void => {
    const noted = log.after(lastId)
    const delivered = deliveriesAfter(control.deliveries(), lastDelivery)
    const status = statusOf(control)
    lastId = noted.at(-1)?.id ?? lastId
    lastDelivery = delivered.at(-1) ?? lastDelivery
    const isNews = noted.length + delivered.length > 0 || JSON.stringify(status) !== lastStatus
    lastStatus = JSON.stringify(status)
    const entries = [...noted, ...delivered.map((delivery) => deliveryEntry(delivery, time))]
    if (isWhole || isNews) listener({ isWhole, entries, status: { at: clock.now(), ...status } })
    timer = clock.setTimeout(() => poll(false), pollIntervalMs)
  }
  poll(true)
  return () => clock.clearTimeout(timer)
}

function statusOf(control: EmulatorControl): Omit<DemoStatus, 'at'> {
  const armed = control.faults().map(({ fault: { kind }, left }) => ({ kind, left }))
  return { counts: control.counts(), live: control.live(), armed }
}

/** Returns the deliveries after `last`. After a reset of the emulator, `last` is missing and all deliveries are new. */
function deliveriesAfter(
  deliveries: readonly WebhookDelivery[],
  last: WebhookDelivery | undefined,
): readonly WebhookDelivery[] {
  return last ? deliveries.slice(deliveries.indexOf(last) + 1) : deliveries
}

/** The emulator notes its own time, and all other entries have the real time. */
function deliveryEntry(delivery: WebhookDelivery, time: DemoTime): DemoEntry {
  const { at, ref, type, attempt } = delivery
  return { kind: 'webhook', id: `${type} ${ref} ${at} ${attempt}`, at: time.realOf(at), delivery }
}
