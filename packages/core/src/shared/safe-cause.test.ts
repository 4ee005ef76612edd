import { describe, expect, test } from 'vitest'

import { safeCause } from './safe-cause.ts'

const token = 'sandbox_eyJhIjo0MiwiZXhwIjoxNjc2OTg2ODM1fQ'

describe('a cause without a token', () => {
  test.each([
    ['an error', new TypeError('Failed to fetch')],
    ['an error with a system code', Object.assign(new Error('connect'), { code: 'ERR_NETWORK_CHANGED' })],
    ['an error with causes', new Error('outer', { cause: new Error('inner', { cause: 'why' }) })],
    ['an error with short names', new Error('is_ok and a_b')],
    ['a string', 'down'],
    ['nothing', undefined],
    ['a symbol', Symbol('why')],
  ])('%s without a token is kept unchanged', (_, cause) => {
    expect(safeCause(cause)).toBe(cause)
  })
})

describe('a cause that may contain a token', () => {
  test.each([
    [
      'an error whose message contains a token',
      new TypeError(`Refused ${token}, twice ${token}.`),
      'TypeError: Refused (not shown), twice (not shown)',
    ],
    [
      'an error with the beginning of a JWT',
      new Error('Refused eyJhIjo0Mn0.eyJl-x_1 here'),
      'Error: Refused (not shown) here',
    ],
    ['a string', `Refused ${token}`, 'Refused (not shown)'],
    [
      'an error with a token in a property',
      Object.assign(new Error('HTTP 401'), { config: { token } }),
      'Error: HTTP 401',
    ],
    [
      'an error with a token as its name',
      Object.assign(new Error('why'), { name: token }),
      '(not shown): why',
    ],
    [
      'an error with a token in its own cause',
      new Error('outer', { cause: new Error('inner', { cause: token }) }),
      'Error: outer',
    ],
    ['an object with a token', { token }, '[object Object]'],
  ])('%s is replaced by its own text without the token', (_, cause, message) => {
    const safe = safeCause(cause)
    expect(safe).toBeInstanceOf(Error)
    expect((safe as Error).message).toBe(message)
    expect(
      `${(safe as Error).message} ${JSON.stringify(safe)} ${String((safe as Error).cause)}`,
    ).not.toContain('eyJ')
  })

  test('a cause that a logger cannot print counts as a token', () => {
    const circular: Error & { self?: unknown } = new Error('why')
    circular.self = circular
    const safe = safeCause(circular)
    expect(safe).not.toBe(circular)
    expect(safe).toEqual(new Error('Error: why'))
  })
})

test('the error of a parser is replaced, because it quotes its input', () => {
  expect(safeCause(new SyntaxError(`Unexpected token in "${token}"`))).toEqual(
    new SyntaxError('The response could not be parsed.'),
  )
})
