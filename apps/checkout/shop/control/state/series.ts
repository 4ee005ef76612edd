import type { DemoStatus } from '../../../src/merchant/api/demo-api.ts'
import type { RoomEntry } from './room.ts'

/** A period of time, in ms since the epoch. */
export interface Span {
  readonly from: number
  readonly to: number
}

export interface Dot {
  readonly at: number
  readonly value: number
  /** True if Forage refused the request or did not answer. */
  readonly isBad: boolean
}

export interface Step {
  readonly at: number
  readonly value: number
}

export interface TokenRequests {
  /** Requests from the shop's pages to the merchant's endpoint. */
  readonly merchant: readonly number[]
  /** Requests from the backend to Forage for session tokens. */
  readonly session: readonly number[]
  /** Requests from the backend to Forage for authentication tokens. */
  readonly authentication: readonly number[]
}

/** Returns the times of all token requests. */
export function tokenRequests(entries: readonly RoomEntry[]): TokenRequests {
  const requestsTo = (path: string): number[] =>
    timesOf(entries, (entry) => entry.kind === 'request' && entry.request.path === path)
  return {
    merchant: timesOf(
      entries,
      (entry) => entry.kind === 'backend' && entry.event.type === 'request-answered',
    ),
    session: requestsTo('/api/session_token/'),
    authentication: requestsTo('/o/token/'),
  }
}

export interface Replays {
  readonly refused: readonly number[]
  readonly replayed: readonly number[]
}

/** Returns the times when Forage refused a token and when a page's replay succeeded. */
export function replays(entries: readonly RoomEntry[]): Replays {
  return { refused: timesOf(entries, isRefusal), replayed: timesOf(entries, isReplay) }
}

export function isRefusal(entry: RoomEntry): boolean {
  return entry.kind === 'request' && entry.request.status === 401
}

export function isReplay(entry: RoomEntry): boolean {
  return entry.kind === 'page' && entry.event.type === 'request-replayed' && entry.event.ok
}

function timesOf(entries: readonly RoomEntry[], is: (entry: RoomEntry) => boolean): number[] {
  return entries.filter(is).map(({ at }) => at)
}

/** Returns the time that Forage took for each answer, in ms. */
export function latencies(entries: readonly RoomEntry[], { from, to }: Span): Dot[] {
  return entries.flatMap((entry) => {
    if (entry.kind !== 'request' || entry.at < from || entry.at > to) return []
    const { durationMs, status } = entry.request
    return [{ at: entry.at, value: durationMs, isBad: status === 0 || status >= 400 }]
  })
}

/** Returns the percentile by the nearest-rank method, or undefined without values. `part` is from 0 to 1. */
export function percentile(values: readonly number[], part: number): number | undefined {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.max(0, Math.ceil(part * sorted.length) - 1)]
}

/** Counts the times in each of `count` equal parts of the span. */
export function buckets(times: readonly number[], { from, to }: Span, count: number): number[] {
  const found = Array.from({ length: count }, () => 0)
  for (const at of times) {
    const index = Math.floor(((at - from) / (to - from)) * count)
    if (index >= 0 && index < count) found[index]! += 1
  }
  return found
}

/** Returns the value at the start of the span, then each change. */
export function liveTokens(
  statuses: readonly DemoStatus[],
  of: keyof DemoStatus['live'],
  { from, to }: Span,
): Step[] {
  const steps: Step[] = []
  for (const { at, live } of statuses) {
    if (at > to) break
    const step = { at: Math.max(at, from), value: live[of] }
    if (at <= from) steps.length = 0
    if (steps.at(-1)?.value !== step.value) steps.push(step)
  }
  return steps
}
