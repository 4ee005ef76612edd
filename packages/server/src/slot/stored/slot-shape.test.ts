import { expect, it } from 'vitest'

import { emptySlot, type SlotDocument } from '../slot-document.ts'
import { retired } from '../slot-draining.ts'
import { tokenWindows } from '../token-windows.ts'
import { readSlotDocument } from './slot-shape.ts'

const token = {
  id: 't',
  token: 'sandbox_x',
  scope: 's',
  obtainedAt: 0,
  fence: 1,
  ...tokenWindows(0, 86_400_000, 0),
}
const doc: SlotDocument = { ...emptySlot, current: token, draining: [retired(token, 5, 'renewed')] }

it('a document is read unchanged, and an earlier one gets the newer fields', () => {
  expect(readSlotDocument(JSON.stringify(doc))).toEqual(doc)
  expect(readSlotDocument('{"v":1}')).toEqual(emptySlot)
})

it.each([
  ['no text', undefined],
  ['bytes', new Uint8Array(3)],
  ['an empty text', ''],
  ['text that is not JSON', '{'],
  ['null', 'null'],
  ['a list', '[]'],
  ['a number', '7'],
  ['no version', '{}'],
  ['a later version', JSON.stringify({ ...doc, v: 2 })],
  ['a fence that is text', JSON.stringify({ ...doc, fence: '7' })],
  ['a token that is text', JSON.stringify({ ...doc, current: 'sandbox_x' })],
  ['a token without its times', JSON.stringify({ ...doc, current: { id: 't', token: 'sandbox_x' } })],
  ['a token that no header can carry', JSON.stringify({ ...doc, current: { ...token, token: 'a\nb' } })],
  ['draining tokens that are no list', JSON.stringify({ ...doc, draining: {} })],
  ['a draining token without its state', JSON.stringify({ ...doc, draining: [token] })],
  ['a lease that is text', JSON.stringify({ ...doc, lease: 'a' })],
  ['a failure without its times', JSON.stringify({ ...doc, failure: { kind: 'transient' } })],
  ['mints that are no times', JSON.stringify({ ...doc, mints: ['now'] })],
])('a stored value with %s is refused with an error that has a code and a remedy', (_what, value) => {
  expect(() => readSlotDocument(value)).toThrow(
    expect.objectContaining({ code: 'UNREADABLE_SLOT', remedy: expect.any(String) as string }) as Error,
  )
})

it('an error about a stored value does not repeat it', () => {
  expect(() => readSlotDocument(JSON.stringify({ ...doc, v: 2 }))).not.toThrow('sandbox_x')
})
