import type { Random } from '../random.ts'
import { drawStart, hourMs, minuteMs } from './day.ts'

/** Concurrent requests of a page. */
export interface Burst {
  /** The time in ms since midnight. */
  readonly at: number
  readonly requests: number
  /** The number of the tab, 0 or 1. */
  readonly tab: number
}

/** A time in which the tab is hidden or the phone asleep. The page sends no request and runs no timer. */
export interface Sleep {
  readonly from: number
  readonly until: number
}

/** The actions of one customer, independent of how the session behaves. */
export interface CheckoutLife {
  readonly bursts: readonly Burst[]
  readonly sleep: Sleep | undefined
  /** A correction of the device's clock, forward by this much. */
  readonly step: { readonly at: number; readonly byMs: number } | undefined
}

/** The requests of each step: cart and card, balance (three by the SDK), amounts, payment, capture (three), receipt. */
const steps = [3, 1, 3, 1, 1, 3, 1]
export const requestsEach: number = steps.reduce((sum, requests) => sum + requests, 0)

const medianMs = 5 * minuteMs
const spread = 0.7
const meanSleepMs = 15 * minuteMs
const asleep = 0.5
const twoTabs = 0.1
/** The part of devices whose clock is corrected: phones that were off, and laptops that wake up with the wrong time. */
const corrected = 0.02

export function drawLife(random: Random): CheckoutLife {
  const start = drawStart(random)
  const lengthMs = Math.min(medianMs * Math.exp(spread * normal(random)), hourMs)
  const sleep = random() < asleep ? drawSleep(random, start, lengthMs) : undefined
  const isTwo = random() < twoTabs
  const at = times(random, start, lengthMs, sleep)
  const bursts = steps.map((requests, step): Burst => {
    const tab = isTwo && random() < 0.5 ? 1 : 0
    return { at: at[step]!, requests, tab }
  })
  return { bursts, sleep, step: random() < corrected ? drawStep(random, start, lengthMs) : undefined }
}

/** Draws the time of each step. The first is the start, and a step that falls into the sleep comes after it. */
function times(random: Random, start: number, lengthMs: number, sleep: Sleep | undefined): number[] {
  const drawn = steps.map((_, step) => (step === 0 ? 0 : random() * lengthMs))
  const sleepMs = sleep ? sleep.until - sleep.from : 0
  return drawn
    .toSorted((a, b) => a - b)
    .map((after) => start + after)
    .map((at) => (sleep && at >= sleep.from ? at + sleepMs : at))
}

function drawSleep(random: Random, start: number, lengthMs: number): Sleep {
  const from = start + random() * lengthMs
  return { from, until: from + Math.min(-Math.log(1 - random()) * meanSleepMs, 2 * hourMs) }
}

function drawStep(random: Random, start: number, lengthMs: number): { at: number; byMs: number } {
  return { at: start + random() * lengthMs, byMs: 10_000 + random() * 5 * hourMs }
}

/** Returns a normally distributed number (Box–Muller). */
function normal(random: Random): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random())
}
