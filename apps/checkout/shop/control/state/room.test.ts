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
const pageEntry = (at: number): RoomChange => ({
  type: 'message',
  message: { type: 'entries', entries: [page(at, { type: 'state', at, from: 'idle', to: 'ready' })] },
})
const here = (name: string, isOffline = false, skewMs = 0): RoomChange => ({
  type: 'message',
  message: { type: 'here', page: name, faults: { isOffline, skewMs } },
})

const idsOf = ({ entries }: Room): string[] => entries.map(({ id }) => id)

test('entries of pages and backend are in one list, newest first, without duplicates', () => {
  const room = roomAfter(
    update(true, fault(10, 'expire', { expired: 1 })),
    pageEntry(20),
    pageEntry(5),
    pageEntry(20),
  )
  expect(idsOf(room)).toEqual(['p20', 'f10', 'p5'])
})

test('a new connection replaces the entries of the backend and keeps those of the pages', () => {
  const first = fault(10, 'expire', { expired: 1 })
  const room = roomAfter(update(true, first), pageEntry(20), { type: 'disconnected' }, update(true))
  expect(idsOf(room)).toEqual(['p20'])
  expect(room.isConnected).toBe(true)
  expect(room.statuses).toHaveLength(1)
})

test('a page is open until it says that it is gone or does not answer a ping', () => {
  expect([...roomAfter(here('a'), here('b')).pages.keys()]).toEqual(['a', 'b'])
  const gone = { type: 'message', message: { type: 'gone', page: 'a' } } as const
  expect([...roomAfter(here('a'), here('b'), gone).pages.keys()]).toEqual(['b'])
  const ping = { type: 'ping-sent' } as const
  const room = roomAfter(here('a'), here('b'), ping, here('b'), ping)
  expect([...room.pages.keys()]).toEqual(['b'])
})

test('a control room ignores the messages of other control rooms', () => {
  const ping = { type: 'message', message: { type: 'ping' } } as const
  expect(roomAfter(here('a'), ping)).toEqual(roomAfter(here('a')))
})

test('the faults of the pages are the faults of any page', () => {
  expect(pageFaults(roomAfter())).toEqual({ isOffline: false, skewMs: 0 })
  expect(pageFaults(roomAfter(here('a', true), here('b', false, -5)))).toEqual({
    isOffline: true,
    skewMs: -5,
  })
})
