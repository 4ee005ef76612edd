import { expect, test } from 'vitest'

import type { RoomEntry } from './room.ts'
import { storyOf } from './story.ts'
import { capture, fault, page, request } from './test-entries.ts'

const refused = (at: number): RoomEntry => request(at, { status: 401 })
const renewed = (at: number): RoomEntry =>
  page(at, { type: 'token-received', at, fingerprint: '0a1b2c3d', lifetimeMs: 900_000, via: 'endpoint' })
const replayed = (at: number): RoomEntry =>
  page(at, { type: 'request-replayed', at, method: 'GET', url: 'https://api.example/', ok: true })

/** The states of the chapters, of entries in the order in which they came. */
function told(...entries: RoomEntry[]): Record<string, string> {
  const { chapters } = storyOf(entries.toReversed())
  return Object.fromEntries(chapters.map(({ name, state }) => [name, state]))
}

test('before anybody pressed a button nothing has begun, whatever happened', () => {
  const open = { refused: 'open', renewed: 'open', replayed: 'open', paid: 'open' }
  expect(told()).toEqual(open)
  expect(told(renewed(1), refused(2), renewed(3), replayed(4), capture(5))).toEqual(open)
})

test('after a fault it is refused, renewed, sent again and paid, in that order', () => {
  const expire = fault(1, 'expire', { expired: 1 })
  expect(told(expire, refused(2))).toMatchObject({ refused: 'done', renewed: 'open' })
  expect(told(expire, refused(2), renewed(3), replayed(4), capture(5))).toEqual({
    refused: 'done',
    renewed: 'done',
    replayed: 'done',
    paid: 'done',
  })
})

test('a renewal without a refusal is no part of it', () => {
  expect(told(fault(1, 'expire', { expired: 1 }), renewed(2))).toMatchObject({ renewed: 'open' })
})

test('what a payment did without was not needed', () => {
  expect(told(fault(1, 'slow', { armed: 6 }), capture(2))).toEqual({
    refused: 'skipped',
    renewed: 'skipped',
    replayed: 'skipped',
    paid: 'done',
  })
})

test('another fault begins it anew; to take back begins nothing', () => {
  const before = [fault(1, 'expire', { expired: 1 }), refused(2), renewed(3)]
  expect(told(...before, fault(4, 'calm', { takenBack: 0 }))).toMatchObject({ renewed: 'done' })
  expect(told(...before, fault(4, 'revoke', { revoked: 1 }))).toMatchObject({ refused: 'open' })
})

test('a fault of the page begins it, too, and its end does not', () => {
  const cause = (at: number, isOffline: boolean, skewMs: number): RoomEntry =>
    page(at, { type: 'faults-caused', at, faults: { isOffline, skewMs } })
  expect(told(cause(1, true, 0), cause(2, false, 0), capture(3))).toMatchObject({ paid: 'done' })
  expect(told(cause(1, false, 3_600_000), capture(2))).toMatchObject({ paid: 'done' })
})

test('each capture that moved money is counted, and one that was declined is none', () => {
  const declined = request(2, { method: 'POST', path: '/proxy/api/payments/1/capture/', status: 400 })
  const entries = [fault(1, 'slow', { armed: 6 }), declined, capture(3, '1'), capture(4, '2')]
  expect(storyOf(entries.toReversed()).captures).toBe(2)
})
