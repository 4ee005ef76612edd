import { expect, test } from 'vitest'

import type { RoomEntry } from '../state/room.ts'
import { backend, fault, page, request } from '../state/test-entries.ts'
import { entryFacts } from './entry-facts.ts'
import { entryWords } from './entry-words.ts'

const replayed = {
  type: 'request-replayed',
  at: 1,
  method: 'GET',
  url: 'https://api.example/api/x/',
} as const

test.each<[RoomEntry, string, string]>([
  [
    request(1, { status: 401, durationMs: 3, fingerprint: '0a1b2c3d' }),
    'bad',
    '401 GET /api/payments/1/ | 3 ms · token 0a1b2c3d',
  ],
  [request(1, { status: 0, durationMs: 2500 }), 'bad', 'no answer GET /api/payments/1/ | 2.5 s'],
  [page(1, { ...replayed, ok: true }), 'again', 'Sent again | GET /api/x/ · succeeded'],
  [page(1, { ...replayed, ok: false }), 'bad', 'Sent again | GET /api/x/ · refused again'],
  [page(1, { type: 'clock-stepped', at: 1, byMs: -18_000_000 }), 'plain', 'The clock was set | by −300 min'],
  [
    page(1, { type: 'faults-caused', at: 1, faults: { isOffline: true, skewMs: -18_000_000 } }),
    'act',
    'Shop’s page | The shop’s page is offline, and its clock is 5 hours slow.',
  ],
  [fault(1, 'slow', { armed: 6 }), 'act', 'Slow | The next 6 answers from Forage arrive 2.5 s late.'],
  [
    fault(1, 'expire', { expired: 0 }),
    'act',
    'Expire now | There is no session token to expire. Go to the payment in the shop first.',
  ],
  [
    backend(1, { type: 'request-answered', at: 1, status: 429, code: 'rate_limited', durationMs: 2 }),
    'bad',
    'Token endpoint answered 429 | rate_limited · 2 ms',
  ],
  [backend(1, { type: 'pool-thawed', at: 1, pool: 'default' }), 'plain', 'Pool thawed | '],
])('the entry %j has the tone "%s" and the text "%s"', (entry, tone, text) => {
  const words = entryWords(entry)
  expect([words.tone, `${words.title} | ${words.detail}`]).toEqual([tone, text])
})

test('the details of an entry have all its known fields', () => {
  expect(entryFacts(request(0, { status: 401, durationMs: 3 }))).toEqual([
    ['time', '1970-01-01T00:00:00.000Z'],
    ['method', 'GET'],
    ['path', '/api/payments/1/'],
    ['status', '401'],
    ['duration ms', '3'],
  ])
})
