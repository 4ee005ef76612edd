import { expect, test } from 'vitest'

import {
  balancesOfDecline,
  mayHaveBeenCharged,
  paymentProblem,
  UncertainPaymentError,
} from './payment-problem.ts'
import { WrongPinError } from './pin-tries.ts'

test('a wrong PIN is recognized in both forms of the SDK error', () => {
  const error = { code: 'ebt_error_55', httpStatusCode: 400, message: 'Invalid PIN' }
  expect(paymentProblem(error).title).toBe('That PIN is not right')
  expect(paymentProblem({ errors: [error] })).toEqual(paymentProblem(error))
})

test.each([
  [3, '3 tries left before the card is locked'],
  [2, '2 tries left before the card is locked'],
  [1, '1 try left before the card is locked'],
])('with %i tries left, the customer reads "%s" and enters the PIN again', (triesLeft, words) => {
  const { whatToDo, change } = paymentProblem(new WrongPinError(triesLeft))
  expect(whatToDo).toContain(words)
  expect(change).toBe('input')
})

test('after the last try, the card is locked for 24 hours and the customer needs another card', () => {
  const problem = paymentProblem(new WrongPinError(0))
  expect(problem).toEqual(paymentProblem({ code: 'ebt_error_75', httpStatusCode: 400 }))
  expect(problem).toMatchObject({ title: 'This card is locked for 24 hours', change: 'card' })
})

test.each(['ebt_error_14', 'ebt_error_43', 'ebt_error_54', 'ebt_error_62', 'ebt_error_75'])(
  'a card that is declined with %s has to be replaced',
  (code) => expect(paymentProblem({ code, httpStatusCode: 400 }).change).toBe('card'),
)

test('if the funds are insufficient, the customer sees both balances and changes the amounts', () => {
  const details = { snap_balance: '3.50', cash_balance: '0.00' }
  const error = { code: 'ebt_error_51', httpStatusCode: 400, details }
  const { whatToDo, change } = paymentProblem(error)
  expect(whatToDo).toContain('Your EBT SNAP balance is $3.50, and your EBT Cash balance is $0.00.')
  expect(change).toBe('amounts')
  expect(balancesOfDecline(error)).toEqual({ snap: '3.50', cash: '0.00' })
  expect(balancesOfDecline({ errors: [error] })).toEqual({ snap: '3.50', cash: '0.00' })
})

test.each([[undefined], ['text'], [{ snap_balance: 'x', cash_balance: '1' }], [{ snap_balance: '1' }]])(
  'if Forage names no balances (%j), the customer still learns that the balance is too low',
  (details) => {
    const error = { code: 'ebt_error_51', httpStatusCode: 400, details }
    expect(paymentProblem(error)).toMatchObject({ title: 'Your balance is too low', change: 'amounts' })
    expect(balancesOfDecline(error)).toBeUndefined()
  },
)

test.each([undefined, 'text', new Error('x'), { code: 'ebt_error_99' }])(
  'an unknown error still tells the customer what to do: %j',
  (error) => {
    expect(paymentProblem(error).whatToDo).toContain('try again')
  },
)

test('if the payment may have succeeded, the text does not claim that nothing was charged', () => {
  expect(paymentProblem(new UncertainPaymentError('p1', { isCharged: false })).whatToDo).not.toContain(
    'Nothing was charged',
  )
})

test('only an answer with a status below 500 proves that nothing was charged', () => {
  expect([400, 401, 429].map((httpStatusCode) => mayHaveBeenCharged({ httpStatusCode }))).toEqual(
    Array<boolean>(3).fill(false),
  )
  for (const error of [{ httpStatusCode: 500 }, { httpStatusCode: 504 }, new Error('network'), undefined])
    expect(mayHaveBeenCharged(error)).toBe(true)
})
