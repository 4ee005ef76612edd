import { expect, test } from 'vitest'

import type { RoomEntry } from './room.ts'
import { storyOf } from './story.ts'
import { capture, fault, page, request } from './test-entries.ts'

const refused = (at: number): RoomEntry => request(at, { status: 401 })
const renewed = (at: number): RoomEntry =>
  page(at, { type: 'token-received', at, fingerprint: '0a1b2c3d', lifetimeMs: 900_000, via: 'endpoint' })
const replayed = (at: number): RoomEntry =>
  page(at, { type: 'request-replayed', at, method: 'GET', url: 'https://api.example/', ok: true })

/** Returns the states of the chapters after these entries, oldest first. */
function chaptersAfter(...entries: RoomEntry[]): Record<string, string> {
  const { chapters } = storyOf(entries.toReversed())
  return Object.fromEntries(chapters.map(({ name, state }) => [name, state]))
}

test('without a fault, no chapter starts', () => {
  const open = { refused: 'open', renewed: 'open', replayed: 'open', paid: 'open' }
  expect(chaptersAfter()).toEqual(open)
  expect(chaptersAfter(renewed(1), refused(2), renewed(3), replayed(4), capture(5))).toEqual(open)
})

test('after a fault, the chapters are done in order: refused, renewed, sent again, paid', () => {
  const expire = fault(1, 'expire', { expired: 1 })
  expect(chaptersAfter(expire, refused(2))).toMatchObject({ refused: 'done', renewed: 'open' })
  expect(chaptersAfter(expire, refused(2), renewed(3), replayed(4), capture(5))).toEqual({
    refused: 'done',
    renewed: 'done',
    replayed: 'done',
    paid: 'done',
  })
})

test('a renewal without a refusal does not count as a chapter', () => {
  expect(chaptersAfter(fault(1, 'expire', { expired: 1 }), renewed(2))).toMatchObject({ renewed: 'open' })
})

test('if the payment succeeds without the other chapters, they are skipped', () => {
  expect(chaptersAfter(fault(1, 'slow', { armed: 6 }), capture(2))).toEqual({
    refused: 'skipped',
    renewed: 'skipped',
    replayed: 'skipped',
    paid: 'done',
  })
})

test('if Forage refused a token of a page whose events are missing, the chapters of the page are unseen', () => {
  const expire = fault(1, 'expire', { expired: 1 })
  expect(chaptersAfter(expire, refused(2))).toMatchObject({ renewed: 'open', replayed: 'open' })
  expect(chaptersAfter(expire, refused(2), capture(3))).toEqual({
    refused: 'done',
    renewed: 'unseen',
    replayed: 'unseen',
    paid: 'done',
  })
  expect(chaptersAfter(expire, refused(2), renewed(3), capture(4))).toMatchObject({ replayed: 'skipped' })
})

test('another fault restarts the story, but canceling faults does not', () => {
  const before = [fault(1, 'expire', { expired: 1 }), refused(2), renewed(3)]
  expect(chaptersAfter(...before, fault(4, 'calm', { takenBack: 0 }))).toMatchObject({ renewed: 'done' })
  expect(chaptersAfter(...before, fault(4, 'revoke', { revoked: 1 }))).toMatchObject({ refused: 'open' })
})

test('after a payment, the next checkout clears the ticks, but a second payment of the same order does not', () => {
  const first = (at: number): RoomEntry =>
    page(at, { type: 'token-requested', at, reason: 'first', attempt: 1 })
  const paid = [fault(1, 'expire', { expired: 1 }), first(2), refused(3), renewed(4), replayed(5), capture(6)]
  expect(storyOf([...paid, capture(7, '2')].toReversed()).captures).toBe(2)
  const open = { refused: 'open', renewed: 'open', replayed: 'open', paid: 'open' }
  expect(chaptersAfter(...paid, first(8))).toEqual(open)
  expect(storyOf([...paid, first(8)].toReversed()).captures).toBe(0)
})

test('time that passes starts no story, because no token is refused', () => {
  const entries = [fault(1, 'pass', { passedMs: 900_000 }), renewed(2), capture(3)]
  expect(chaptersAfter(...entries)).toMatchObject({ renewed: 'open', paid: 'open' })
})

test('a fault of the page also starts the story, but its end does not', () => {
  const cause = (at: number, isOffline: boolean, skewMs: number): RoomEntry =>
    page(at, { type: 'faults-caused', at, faults: { isOffline, skewMs } })
  expect(chaptersAfter(cause(1, true, 0), cause(2, false, 0), capture(3))).toMatchObject({ paid: 'done' })
  expect(chaptersAfter(cause(1, false, 3_600_000), capture(2))).toMatchObject({ paid: 'done' })
})

test('each successful capture is counted, and a declined one is not', () => {
  const declined = request(2, { method: 'POST', path: '/proxy/api/payments/1/capture/', status: 400 })
  const entries = [fault(1, 'slow', { armed: 6 }), declined, capture(3, '1'), capture(4, '2')]
  expect(storyOf(entries.toReversed()).captures).toBe(2)
})
