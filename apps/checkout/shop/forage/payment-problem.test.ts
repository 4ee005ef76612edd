import { expect, test } from 'vitest'

import { mayHaveBeenCharged, paymentProblem, UncertainPaymentError } from './payment-problem.ts'

test('a wrong PIN is recognized in both forms of the SDK error', () => {
  const error = { code: 'ebt_error_55', httpStatusCode: 400, message: 'Invalid PIN' }
  expect(paymentProblem(error).title).toBe('That PIN is not right')
  expect(paymentProblem({ errors: [error] })).toEqual(paymentProblem(error))
})

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
