import { inspect } from 'node:util'
import { runInNewContext } from 'node:vm'

import { describe, expect, test } from 'vitest'

import { safeCause } from './safe-cause.ts'

const token = 'sandbox_eyJhIjo0MiwiZXhwIjoxNjc2OTg2ODM1fQ'
/** The blob of Forage: base64 with its padding, a time and a signature. */
const blob = 'sandbox_eyJhIjo0Mn0=.1676986835.Zm9y+Wdl/A=='

const textOf = (cause: unknown): string => {
  const { name, message } = safeCause(cause) as Error
  return `${name}: ${message}`
}

describe('a primitive cause', () => {
  test.each<[string, unknown]>([
    ['a string', 'down'],
    ['nothing', undefined],
    ['null', null],
    ['a symbol', Symbol('why')],
  ])('%s without a token is kept unchanged', (_, cause) => {
    expect(safeCause(cause)).toBe(cause)
  })

  test('a string with a token is replaced by an error without the token', () => {
    expect(textOf(`Refused ${token} here`)).toBe('Error: Refused (not shown) here')
  })
})

describe('an error as a cause', () => {
  test.each<[string, unknown, string]>([
    ['an error', new TypeError('Failed to fetch'), 'TypeError: Failed to fetch'],
    ['an error with short names', new Error('is_ok and a_b'), 'Error: is_ok and a_b'],
    ['an error that names a code', new Error('ERR_NETWORK_CHANGED'), 'Error: ERR_NETWORK_CHANGED'],
    [
      'an error whose message contains a token twice',
      new TypeError(`Refused ${token}, twice ${token}.`),
      'TypeError: Refused (not shown), twice (not shown)',
    ],
    [
      'an error with the beginning of a JWT',
      new Error('Refused eyJhIjo0Mn0.eyJl-x_1 here'),
      'Error: Refused (not shown) here',
    ],
    ['an error with a padded token', new Error(`"${blob}"`), 'Error: "(not shown)"'],
    ['an error with a token in a URL', new Error(encodeURIComponent(blob)), 'Error: (not shown)'],
    ['an error with a token in capitals', new Error('sandbox_ABCDEFGHIJKL'), 'Error: (not shown)'],
    ['an error with a token as its name', Object.assign(new Error('x'), { name: token }), '(not shown): x'],
    ['an object', { token }, 'Error: [object Object]'],
    ['an error of another realm', runInNewContext('new RangeError("why")'), 'RangeError: why'],
    [
      'a parser’s error of another realm',
      runInNewContext(`try { JSON.parse('"${token}') } catch (error) { error }`),
      'SyntaxError: The response could not be parsed.',
    ],
  ])('of %s only the name and the message are kept, without tokens', (_, cause, text) => {
    expect(textOf(cause)).toBe(text)
    expect(safeCause(cause)).toBeInstanceOf(Error)
  })

  test('the other members of an error, its stack and its own cause are not kept', () => {
    const inner = new Error('inner', { cause: token })
    const outer = Object.assign(new Error('HTTP 401', { cause: inner }), { config: { token }, code: 'E' })
    const safe = safeCause(outer) as Error
    expect(Object.keys(safe)).toEqual([])
    expect(safe.cause).toBeUndefined()
    expect(safe.stack).not.toBe(outer.stack)
    expect(inspect(safe, { depth: 9, showHidden: true })).not.toContain('eyJ')
  })

  test('each error of an AggregateError keeps only its name and message', () => {
    const first = Object.assign(new TypeError(`Refused ${blob}`), { response: { token } })
    const cause = new AggregateError([first, `down ${token}`], `All failed: ${token}`)
    const safe = safeCause(cause) as AggregateError
    expect(`${safe.name}: ${safe.message}`).toBe('AggregateError: All failed: (not shown)')
    const errors = safe.errors as Error[]
    expect(errors.map(String)).toEqual(['TypeError: Refused (not shown)', 'Error: down (not shown)'])
    expect(Object.keys(errors[0]!)).toEqual([])
    expect(inspect(safe, { depth: 9, showHidden: true })).not.toContain('eyJ')
  })

  test.each<[string, unknown]>([
    ['a revoked proxy', revoked()],
    ['an error with a getter that throws', Object.defineProperty({}, 'message', { get: fail })],
    ['an object without a text', Object.create(null)],
  ])('%s, which cannot be read, becomes an error', (_, cause) => {
    expect(textOf(cause)).toBe('Error: It cannot be read.')
  })
})

test('the error of a parser is replaced, because it quotes its input', () => {
  expect(safeCause(new SyntaxError(`Unexpected token in "${token}"`))).toMatchObject({
    name: 'SyntaxError',
    message: 'The response could not be parsed.',
  })
})

function fail(): never {
  throw new Error('no')
}

function revoked(): object {
  const { proxy, revoke } = Proxy.revocable({}, {})
  revoke()
  return proxy
}
