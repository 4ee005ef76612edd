import { expect, test } from 'vitest'

import { cardMark, countingWrongPins, withWrongPin, wrongPinsFrom } from './pin-tries.ts'

const hourMs = 60 * 60_000

test('each wrong PIN leaves one try less, and the fourth locks the card', () => {
  let wrongPins = {}
  const left = [1, 2, 3, 4].map((at) => {
    const next = withWrongPin(wrongPins, '1234', at)
    wrongPins = next.wrongPins
    return next.triesLeft
  })
  expect(left).toEqual([3, 2, 1, 0])
  expect(withWrongPin(wrongPins, '1234', 5).triesLeft).toBe(3)
})

test('the wrong PINs of one card do not count for another card', () => {
  const { wrongPins } = withWrongPin({}, '1234', 0)
  expect(withWrongPin(wrongPins, '0001', 0).triesLeft).toBe(3)
  expect(withWrongPin(wrongPins, '1234', 0).triesLeft).toBe(2)
})

test('the mark of a card shows neither its digits nor its customer, and differs between them', () => {
  const markOf = (customerId: string, last4: string): string =>
    cardMark({ customerId, card: { ref: 'any', last4 } })
  expect(markOf('maria', '0001')).toMatch(/^[0-9a-f]{1,8}$/)
  expect(markOf('maria', '0001')).not.toContain('0001')
  expect(new Set([markOf('maria', '0001'), markOf('maria', '0002'), markOf('james', '0001')]).size).toBe(3)
})

test('a wrong PIN of yesterday no longer counts', () => {
  const { wrongPins } = withWrongPin({}, '1234', 0)
  expect(withWrongPin(wrongPins, '1234', 23 * hourMs).triesLeft).toBe(2)
  expect(withWrongPin(wrongPins, '1234', 24 * hourMs).triesLeft).toBe(3)
})

test('the right PIN ends the count, and other errors do not change it', async () => {
  const wrong = new Error('wrong')
  const isWrong = (error: unknown): boolean => error === wrong
  const send = (error?: Error) =>
    countingWrongPins(
      '5678',
      async () => {
        if (error) throw error
        return 'sent'
      },
      isWrong,
    )
  await expect(send(wrong)).rejects.toMatchObject({ triesLeft: 3 })
  await expect(send(new Error('network'))).rejects.toThrow('network')
  await expect(send(wrong)).rejects.toMatchObject({ triesLeft: 2 })
  await expect(send()).resolves.toBe('sent')
  await expect(send(wrong)).rejects.toMatchObject({ triesLeft: 3 })
})

test.each([[null], ['{'], ['7'], ['{"1234":{"count":9,"at":0}}'], ['{"1234":{"count":"1","at":0}}']])(
  'the stored counts %s are read as no wrong PIN',
  (text) => expect(wrongPinsFrom(text)).toEqual({}),
)
