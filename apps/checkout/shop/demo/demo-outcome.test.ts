import { expect, test } from 'vitest'

import { outcomeText, statusName, type DemoOutcome } from './demo-outcome.ts'

const outcomes: DemoOutcome[] = (['expired', 'passed', 'refused'] as const).flatMap((end) => [
  { kind: 'no-token', end },
  { kind: 'replacing', end },
  { kind: 'not-replaced', end },
  { kind: 'replaced', end, held: undefined },
  { kind: 'replaced', end, held: 'PIN' },
])

test('"ready" never stands next to a sentence about a token that expired', () => {
  for (const outcome of outcomes) {
    const shown = `${statusName('ready', outcome)}. ${outcomeText(outcome)}`
    expect([shown, /ready/i.test(shown) && /expired|refused/i.test(shown)]).toEqual([shown, false])
  }
})

test('if the SDK holds a PIN, the text says why the PIN is asked for again and that nothing was charged', () => {
  const text = outcomeText({ kind: 'replaced', end: 'expired', held: 'PIN' })
  expect(text).toContain('keeps the session token that it was created with')
  expect(text).toContain('type the PIN again')
  expect(text).toContain('Nothing was charged.')
  expect(text).not.toContain('The payment continues')
})

test('if the SDK holds no input, the text says that the token was replaced and that the payment continues', () => {
  expect(outcomeText({ kind: 'replaced', end: 'passed', held: undefined })).toBe(
    '15 minutes passed and the session token expired, and the session replaced it. The payment continues.',
  )
})

test('after the payment, the text does not say that the payment continues', () => {
  expect(outcomeText({ kind: 'replaced', end: 'expired', held: undefined }, { isOver: true })).toBe(
    'The session token expired, and the session replaced it.',
  )
})

test('a session without a token keeps the name of the session’s status', () => {
  expect(statusName('idle', { kind: 'no-token', end: 'expired' })).toBe('not requested yet')
  expect(statusName('ready', { kind: 'none' })).toBe('ready')
})
