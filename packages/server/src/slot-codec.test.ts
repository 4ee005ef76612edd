import { expect, it } from 'vitest'

import { createSealer } from './sealing.ts'
import { createSlotCodec } from './slot-codec.ts'
import { emptySlot, type SlotDocument, type TokenRecord } from './slot-document.ts'
import { retired } from './slot-draining.ts'
import { tokenWindows } from './token-windows.ts'

const key = btoa(String.fromCharCode(...new Uint8Array(32).fill(7)))
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

it('a document with a sealer holds no token as it is, and comes back whole', async () => {
  const codec = createSlotCodec('web', createSealer({ current: 'k', k: key }))
  const stored = await codec.encode(doc)
  expect(stored).not.toContain('sandbox_raw')
  expect(stored).toContain('"fence":3')
  expect(await codec.decode(stored)).toEqual(doc)
})

it('a document without a sealer is plain JSON', async () => {
  const codec = createSlotCodec('web', undefined)
  expect(JSON.parse(await codec.encode(doc))).toEqual(doc)
})

it('tokens that no key opens any more count as mints whose outcome is unknown', async () => {
  const stored = await createSlotCodec('web', createSealer({ current: 'k', k: key })).encode(doc)
  const opened = await createSlotCodec('web', createSealer({ current: 'k', k: other })).decode(stored)
  expect(opened).toMatchObject({ current: null, draining: [], fence: 3 })
  const lost = [doc.current!, ...doc.draining]
  expect(opened.suspects).toEqual(lost.map(({ fence, expiresAt }) => ({ fence, until: expiresAt })))
  expect(opened.suspects).toHaveLength(3)
  const elsewhere = await createSlotCodec('kiosk', createSealer({ current: 'k', k: key })).decode(stored)
  expect(elsewhere.current).toBeNull()
})

it('a document of an earlier version has what was added since, and one of a later version keeps what it brought', async () => {
  const codec = createSlotCodec('web', undefined)
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
  expect(await codec.decode(JSON.stringify(earlier))).toEqual({ ...emptySlot, fence: 2 })
  const later = { ...doc, refresh: { kept: true } }
  const again = await codec.encode(await codec.decode(JSON.stringify(later)))
  expect(JSON.parse(again)).toEqual(later)
})
