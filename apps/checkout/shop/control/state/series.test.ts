import { expect, test } from 'vitest'

import type { RoomEntry } from './room.ts'
import { buckets, latencies, liveTokens, percentile, replays, tokenRequests } from './series.ts'
import { backend, page, request, status } from './test-entries.ts'

const entries: RoomEntry[] = [
  request(900, { path: '/api/payments/1/', status: 200, durationMs: 40 }),
  page(800, { type: 'request-replayed', at: 800, method: 'GET', url: 'https://api.example/1', ok: true }),
  page(700, { type: 'request-replayed', at: 700, method: 'GET', url: 'https://api.example/1', ok: false }),
  backend(600, { type: 'request-answered', at: 600, status: 200, durationMs: 30 }),
  request(500, { method: 'POST', path: '/api/session_token/', durationMs: 20 }),
  request(400, { path: '/api/payments/1/', status: 401, durationMs: 5 }),
  request(300, { method: 'POST', path: '/o/token/', status: 0, durationMs: 3000 }),
]

test('token requests to the merchant’s endpoint and to Forage are counted separately', () => {
  expect(tokenRequests(entries)).toEqual({ merchant: [600], session: [500], authentication: [300] })
})

test('a 401 of Forage counts as refused, and a successful replay counts as replayed', () => {
  expect(replays(entries)).toEqual({ refused: [400], replayed: [800] })
})

test('the latency plot has every answer in the span and marks refused and lost ones', () => {
  expect(latencies(entries, { from: 350, to: 900 })).toEqual([
    { at: 900, value: 40, isBad: false },
    { at: 500, value: 20, isBad: false },
    { at: 400, value: 5, isBad: true },
  ])
  expect(latencies(entries, { from: 0, to: 300 })).toEqual([{ at: 300, value: 3000, isBad: true }])
})

test('a percentile is one of the values, or undefined without values', () => {
  expect(percentile([], 0.5)).toBeUndefined()
  expect(percentile([7], 0.95)).toBe(7)
  expect(percentile([40, 10, 30, 20], 0.5)).toBe(20)
  expect(percentile([40, 10, 30, 20], 0.95)).toBe(40)
})

test('each time is counted in its part of the span, and times outside are not counted', () => {
  expect(buckets([99, 100, 149, 150, 199, 200], { from: 100, to: 200 }, 2)).toEqual([2, 2])
  expect(buckets([], { from: 100, to: 200 }, 3)).toEqual([0, 0, 0])
})

test('the live tokens start with the value at the start of the span and continue with each change', () => {
  const statuses = [
    status(10, { sessionTokens: 1 }),
    status(50, { sessionTokens: 2 }),
    status(150, { sessionTokens: 2 }),
    status(170, { sessionTokens: 0 }),
    status(300, { sessionTokens: 5 }),
  ]
  expect(liveTokens(statuses, 'sessionTokens', { from: 100, to: 200 })).toEqual([
    { at: 100, value: 2 },
    { at: 170, value: 0 },
  ])
  expect(liveTokens([], 'sessionTokens', { from: 100, to: 200 })).toEqual([])
  expect(liveTokens(statuses.slice(3), 'sessionTokens', { from: 100, to: 200 })).toEqual([
    { at: 170, value: 0 },
  ])
})
