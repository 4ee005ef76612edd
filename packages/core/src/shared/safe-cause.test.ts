import { describe, expect, test } from 'vitest'

import { safeCause } from './safe-cause.ts'

const token = 'sandbox_eyJhIjo0MiwiZXhwIjoxNjc2OTg2ODM1fQ'

describe('what names no token is kept as it is', () => {
  test.each([
    ['an error', new TypeError('Failed to fetch')],
    ['a system code', Object.assign(new Error('connect'), { code: 'ERR_NETWORK_CHANGED' })],
    ['a cause in a cause', new Error('outer', { cause: new Error('inner', { cause: 'why' }) })],
    ['a short name', new Error('is_ok and a_b')],
    ['a text', 'down'],
    ['nothing', undefined],
    ['a symbol', Symbol('why')],
  ])('%s', (_, cause) => {
    expect(safeCause(cause)).toBe(cause)
  })
})

describe('what may hold one is replaced by its own text, without it', () => {
  test.each([
    [
      'an error that names one',
      new TypeError(`Refused ${token}, twice ${token}.`),
      'TypeError: Refused (not shown), twice (not shown)',
    ],
    [
      'the beginning of a JWT',
      new Error('Refused eyJhIjo0Mn0.eyJl-x_1 here'),
      'Error: Refused (not shown) here',
    ],
    ['a text', `Refused ${token}`, 'Refused (not shown)'],
    ['a field', Object.assign(new Error('HTTP 401'), { config: { token } }), 'Error: HTTP 401'],
    ['a name', Object.assign(new Error('why'), { name: token }), '(not shown): why'],
    [
      'a cause in a cause',
      new Error('outer', { cause: new Error('inner', { cause: token }) }),
      'Error: outer',
    ],
    ['an object', { token }, '[object Object]'],
  ])('%s', (_, cause, message) => {
    const safe = safeCause(cause)
    expect(safe).toBeInstanceOf(Error)
    expect((safe as Error).message).toBe(message)
    expect(
      `${(safe as Error).message} ${JSON.stringify(safe)} ${String((safe as Error).cause)}`,
    ).not.toContain('eyJ')
  })

  test('what a logger cannot print counts as a token', () => {
    const circular: Error & { self?: unknown } = new Error('why')
    circular.self = circular
    const safe = safeCause(circular)
    expect(safe).not.toBe(circular)
    expect(safe).toEqual(new Error('Error: why'))
  })
})

test('a parser quotes what it could not read', () => {
  expect(safeCause(new SyntaxError(`Unexpected token in "${token}"`))).toEqual(
    new SyntaxError('The response could not be parsed.'),
  )
})
