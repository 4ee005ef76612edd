import { expect, it } from 'vitest'

import { createSealer } from '../../store/sealing.ts'
import { isSpendable, issuedRefreshToken } from '../refresh-token.ts'
import { emptySlot, isUsable, sealedTokens, type SlotDocument, type TokenRecord } from '../slot-document.ts'
import { drain, isDue, retired } from '../slot-draining.ts'
import { drainMs, tokenWindows } from '../token-windows.ts'
import { createSlotCodec } from './slot-codec.ts'

const key = btoa(String.fromCharCode(...new Uint8Array(32).fill(7)))
const slot = 'fst:1:{8f2c}:web'
const other = btoa(String.fromCharCode(...new Uint8Array(32).fill(8)))

function token(id: string): TokenRecord {
  const windows = tokenWindows(0, 86_400_000, 0.5)
  return { id, token: `sandbox_raw-${id}`, scope: 'pinpad_only', obtainedAt: 0, fence: 1, ...windows }
}

const doc: SlotDocument = {
  ...emptySlot,
  fence: 3,
  current: token('current'),
  draining: [retired(token('old'), 5, 'renewed'), retired(token('orphan'), 0, 'orphan')],
}

it('a document with a sealer holds no readable token, and is read back complete', async () => {
  const codec = createSlotCodec(createSealer({ current: 'k', k: key }))
  const stored = await codec.encode(doc, slot)
  expect(stored).not.toContain('sandbox_raw')
  expect(stored).toContain('"fence":3')
  expect(await codec.decode(stored, slot)).toEqual(doc)
})

it('a document without a sealer is plain JSON', async () => {
  const codec = createSlotCodec(undefined)
  expect(JSON.parse(await codec.encode(doc, slot))).toEqual(doc)
})

it('tokens that no key of this instance opens stay unchanged for the instances with the key', async () => {
  const refresh = issuedRefreshToken('refresh', 0, 86_400_000, 0)
  const owner = createSlotCodec(createSealer({ current: 'k', k: key }))
  const stored = await owner.encode({ ...doc, refresh }, slot)
  const stranger = createSlotCodec(createSealer({ current: 'o', o: other }))
  const read = await stranger.decode(stored, slot)
  expect(sealedTokens(read).map(({ id }) => id)).toEqual(['current', 'old', 'orphan'])
  expect(isUsable(read.current, 1)).toBe(false)
  expect(isDue(read.draining[1]!, 1)).toBe(false)
  expect(isSpendable(read.refresh, 1)).toBe(false)
  const again = await stranger.encode({ ...drain(read, 1, 'renewed'), current: token('new') }, slot)
  expect(again).not.toContain('isSealed')
  expect(again).not.toContain('sandbox_raw')
  const both = createSlotCodec(createSealer({ current: 'k', k: key, o: other }))
  expect(await both.decode(again, slot)).toEqual({
    ...doc,
    refresh,
    current: token('new'),
    draining: [...doc.draining, retired(token('current'), 1 + drainMs, 'renewed')],
  })
})

it.each(['fst:1:{8f2c}:kiosk', 'fst:1:{01ab}:web'])(
  'a token that was sealed for another pool, environment or client cannot be opened in the slot %s',
  async (elsewhere) => {
    const codec = createSlotCodec(createSealer({ current: 'k', k: key }))
    const moved = await codec.decode(await codec.encode(doc, slot), elsewhere)
    expect(sealedTokens(moved).map(({ id }) => id)).toEqual(['current', 'old', 'orphan'])
    expect(isUsable(moved.current, 1)).toBe(false)
  },
)

it('a document of an earlier version gets the newer fields, and a document of a later version keeps its own', async () => {
  const codec = createSlotCodec(undefined)
  const earlier = {
    v: 1,
    fence: 2,
    lease: null,
    current: null,
    draining: [],
    suspects: [],
    failure: null,
    mints: [],
  }
  expect(await codec.decode(JSON.stringify(earlier), slot)).toEqual({ ...emptySlot, fence: 2 })
  const later = { ...doc, shards: { kept: true }, current: { ...doc.current, generation: 2 } }
  const again = await codec.encode(await codec.decode(JSON.stringify(later), slot), slot)
  expect(JSON.parse(again)).toEqual(later)
})
