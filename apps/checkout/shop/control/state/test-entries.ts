import type { AnsweredRequest } from '@forage-session/emulator'
import type { ForageServerEvent } from '@forage-session/server'

import type { DemoFault, DemoStatus, FaultOutcome } from '../../../src/merchant/api/demo-api.ts'
import type { PageEntry, PageEvent } from './room-channel.ts'
import type { RoomEntry } from './room.ts'

/** Creates entries for tests, with default values for the fields that a test does not set. */

export function request(at: number, answered: Partial<AnsweredRequest>): RoomEntry {
  const whole = { at, method: 'GET', path: '/api/payments/1/', status: 200, durationMs: 1, ...answered }
  return { kind: 'request', id: `r${at}`, at, request: whole }
}

export function capture(at: number, payment = '1'): RoomEntry {
  return request(at, { method: 'POST', path: `/proxy/api/payments/${payment}/capture/` })
}

export function backend(at: number, event: ForageServerEvent): RoomEntry {
  return { kind: 'backend', id: `b${at}`, at, event }
}

export function fault(at: number, name: DemoFault, outcome: FaultOutcome): RoomEntry {
  return { kind: 'fault', id: `f${at}`, at, fault: name, outcome }
}

export function page(at: number, event: PageEvent): PageEntry {
  return { kind: 'page', id: `p${at}`, at, page: 'k3x1', event }
}

export function status(at: number, live: Partial<DemoStatus['live']> = {}): DemoStatus {
  const counts = { authenticationTokens: 0, sessionTokens: 0, captures: 0 }
  return { at, counts, live: { authenticationTokens: 0, sessionTokens: 0, ...live }, armed: [] }
}
