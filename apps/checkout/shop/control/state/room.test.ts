import { expect, test } from 'vitest'

import type { DemoUpdate } from '../../../src/merchant/api/demo-api.ts'
import { advance, emptyRoom, pageFaults, type Room, type RoomChange } from './room.ts'
import { fault, page, status } from './test-entries.ts'

function roomAfter(...changes: RoomChange[]): Room {
  return changes.reduce(advance, emptyRoom)
}

const update = (isWhole: boolean, ...entries: unknown[]): RoomChange => ({
  type: 'updated',
  update: { isWhole, entries, status: status(1) } as DemoUpdate,
})
const told = (at: number): RoomChange => ({
  type: 'heard',
  message: { type: 'told', entries: [page(at, { type: 'state', at, from: 'idle', to: 'ready' })] },
})
const here = (name: string, isOffline = false, skewMs = 0): RoomChange => ({
  type: 'heard',
  message: { type: 'here', page: name, faults: { isOffline, skewMs } },
})

const idsOf = ({ entries }: Room): string[] => entries.map(({ id }) => id)

test('what pages and backend tell is in one order, newest first, and once', () => {
  const room = roomAfter(update(true, fault(10, 'expire', { expired: 1 })), told(20), told(5), told(20))
  expect(idsOf(room)).toEqual(['p20', 'f10', 'p5'])
})

test('a connection that begins anew replaces what the backend told, and nothing else', () => {
  const first = fault(10, 'expire', { expired: 1 })
  const room = roomAfter(update(true, first), told(20), { type: 'disconnected' }, update(true))
  expect(idsOf(room)).toEqual(['p20'])
  expect(room.isConnected).toBe(true)
  expect(room.statuses).toHaveLength(1)
})

test('a page is there until it says good-bye, or does not answer when it is asked', () => {
  expect([...roomAfter(here('a'), here('b')).pages.keys()]).toEqual(['a', 'b'])
  const gone = { type: 'heard', message: { type: 'gone', page: 'a' } } as const
  expect([...roomAfter(here('a'), here('b'), gone).pages.keys()]).toEqual(['b'])
  const asked = { type: 'asked' } as const
  const room = roomAfter(here('a'), here('b'), asked, here('b'), asked)
  expect([...room.pages.keys()]).toEqual(['b'])
})

test('what another control room says is not for this one', () => {
  const hello = { type: 'heard', message: { type: 'hello' } } as const
  expect(roomAfter(here('a'), hello)).toEqual(roomAfter(here('a')))
})

test('the faults of the pages are those of any of them', () => {
  expect(pageFaults(roomAfter())).toEqual({ isOffline: false, skewMs: 0 })
  expect(pageFaults(roomAfter(here('a', true), here('b', false, -5)))).toEqual({
    isOffline: true,
    skewMs: -5,
  })
})
