import * as v from 'valibot'

import type { ApiCall } from '../api/api-endpoint.ts'
import { pacificOffset } from '../api/timestamps.ts'
import type { Switches } from '../context/switches.ts'
import { invalidInput } from '../http/api-error.ts'
import { isSince } from '../shared/api-versions.ts'
import type { Merchant } from '../shared/merchants.ts'

export type ReportCall = ApiCall<unknown, Merchant | undefined>

export const REPORTS = 'Reports'
const DAY_MS = 24 * 60 * 60 * 1000
const DEFAULT_LIMIT = 100
const MAX_LIMIT = 1000

/** docs.joinforage.app/reference/reports. `count` belongs to the offset pagination before version 2024-02-15. */
export const reportSchema: v.GenericSchema = v.object({
  count: v.optional(v.number()),
  next: v.nullable(v.string()),
  previous: v.nullable(v.string()),
  results: v.array(v.record(v.string(), v.unknown())),
})

export const pageQuery: Readonly<Record<string, string>> = {
  limit: 'The maximum number of results, from 1 to 1000. Default 100.',
  cursor: 'The position of the page, from `next` or `previous`. Since version 2024-02-15.',
  offset: 'The position of the page, before version 2024-02-15.',
}

export const periodQuery: Readonly<Record<string, string>> = {
  start_date: 'The first day, as 2021-01-31.',
  end_date: 'The last day, as 2021-02-28.',
  ...pageQuery,
}

export interface Period {
  readonly from: number
  /** The end, which is not part of the period. */
  readonly until: number
}

/** Returns the period of the query, with its first and last day. */
export function periodOf(call: ReportCall): Period {
  const from = dayOf(call, 'start_date')
  const last = dayOf(call, 'end_date')
  if (last < from) throw invalidInput(call.path, REPORTS, 'end_date has to be start_date or later.')
  const { reportDays } = call.context.switches
  return { from: startOf(from, reportDays), until: startOf(last + DAY_MS, reportDays) }
}

/** Returns the start of a day that is given as its start in UTC. Clocks change at 2 o'clock, so both have one offset. */
function startOf(day: number, zone: Switches['reportDays']): number {
  return zone === 'utc' ? day : day - pacificOffset(new Date(day)).ms
}

function dayOf({ path, query }: ReportCall, name: string): number {
  const day = query.get(name) ?? ''
  const at = /^\d{4}-\d{2}-\d{2}$/.test(day) ? Date.parse(`${day}T00:00:00Z`) : Number.NaN
  if (!Number.isNaN(at) && isoDay(at) === day) return at
  throw invalidInput(path, REPORTS, `${name} is required and has to be a date as 2021-01-31.`)
}

export function isoDay(at: number): string {
  return new Date(at).toISOString().slice(0, 10)
}

/** Returns one page of the rows. New rows are added at the end, so positions stay valid. */
export function reportPage(call: ReportCall, rows: readonly object[]): Record<string, unknown> {
  const isByCursor = isSince(call.version, '2024-02-15')
  const limit = limitOf(call)
  const start = isByCursor ? cursorPosition(call) : offsetOf(call)
  const linkTo = (position: number): string => pageAddress(call, isByCursor, position)
  const hasNext = start + limit < rows.length
  return {
    ...(isByCursor ? {} : { count: rows.length }),
    next: hasNext ? linkTo(start + limit) : null,
    previous: start > 0 ? linkTo(Math.max(0, start - limit)) : null,
    results: rows.slice(start, start + limit),
  }
}

/** Reads the limit: "If the limit exceeds 1000, then Forage returns a 400 error response." */
function limitOf({ path, query }: ReportCall): number {
  const limit = wholeNumber(query.get('limit') ?? String(DEFAULT_LIMIT))
  if (limit !== undefined && limit >= 1 && limit <= MAX_LIMIT) return limit
  throw invalidInput(path, REPORTS, `limit has to be an integer from 1 to ${MAX_LIMIT}.`)
}

function offsetOf({ path, query }: ReportCall): number {
  const offset = wholeNumber(query.get('offset') ?? '0')
  if (offset === undefined) throw invalidInput(path, REPORTS, 'offset has to be an integer of at least 0.')
  return offset
}

/** Reads a cursor in the published format: base64 of `p=…`. */
function cursorPosition({ path, query }: ReportCall): number {
  const cursor = query.get('cursor')
  if (cursor === null) return 0
  const position = wholeNumber(/^p=(\d+)$/.exec(fromBase64(cursor))?.[1] ?? '')
  if (position === undefined) throw invalidInput(path, REPORTS, 'cursor has to come from a previous answer.')
  return position
}

function fromBase64(text: string): string {
  try {
    return atob(text)
  } catch {
    return ''
  }
}

function pageAddress({ origin, path, query }: ReportCall, isByCursor: boolean, position: number): string {
  const address = new URL(path, origin)
  address.search = query.toString()
  if (isByCursor) address.searchParams.set('cursor', btoa(`p=${position}`))
  else address.searchParams.set('offset', String(position))
  return address.href
}

function wholeNumber(text: string): number | undefined {
  return /^\d{1,9}$/.test(text) ? Number(text) : undefined
}
