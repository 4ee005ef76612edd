import { expect, it } from 'vitest'

import { errorCode, safeCause } from './safe-cause.ts'

const token = 'sandbox_uXpcGMAMs7hhbw9JifUuJlzUZS3zWD'
const named = (name: string): Error => Object.assign(new Error('why'), { name })
const coded = (code: unknown, cause?: unknown): Error =>
  Object.assign(new TypeError(token, { cause }), { code })

it.each([
  ['keeps the class', new TypeError(`fetch failed with ${token}`), 'TypeError'],
  ['keeps the class and the system code', coded('ECONNREFUSED'), 'TypeError (ECONNREFUSED)'],
  ['keeps the system code of the cause', coded(undefined, coded('ECONNRESET')), 'TypeError (ECONNRESET)'],
  ['drops a name that is more than a word', named(`Refused ${token}`), 'Error'],
  ['drops a name that begins with a word', named('A b'), 'Error'],
  ['drops a name that ends with a word', named('(b'), 'Error'],
  ['drops a value that is not an error', { name: token, message: token }, 'Error'],
  ['drops a string', token, 'Error'],
  ['accepts null', null, 'Error'],
])('safeCause %s', (_, error, message) => {
  const safe = safeCause(error)
  expect(safe).toEqual(new Error(message))
  expect(Object.keys(safe)).toEqual([])
  expect(safe.cause).toBeUndefined()
})

it.each([
  ['ignores a code that is not a word', coded('x y'), undefined],
  ['ignores a number', coded(7), undefined],
  ['reads the code of a value that is not an error', { code: 'EPIPE' }, 'EPIPE'],
  ['prefers the code of the error to that of its cause', coded('EPIPE', coded('ECONNRESET')), 'EPIPE'],
  ['finds no code in null', null, undefined],
])('errorCode %s', (_, error, code) => {
  expect(errorCode(error)).toBe(code)
})

it('errorCode ends its search in a circle of causes', () => {
  const outer = new Error('outer')
  const inner = new Error('inner', { cause: outer })
  outer.cause = inner
  expect(errorCode(outer)).toBeUndefined()
})
