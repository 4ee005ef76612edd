import { describe, expect, it } from 'vitest'

import { errorCode, safeCause } from './safe-cause.ts'

const token = 'sandbox_uXpcGMAMs7hhbw9JifUuJlzUZS3zWD'
const named = (name: string): Error => Object.assign(new Error('why'), { name })
const coded = (code: unknown, cause?: unknown): Error =>
  Object.assign(new TypeError(token, { cause }), { code })

describe('what is kept of a foreign error', () => {
  it.each([
    ['its class', new TypeError(`fetch failed with ${token}`), 'TypeError'],
    ['its class and its system code', coded('ECONNREFUSED'), 'TypeError (ECONNREFUSED)'],
    ['the system code of its cause', coded(undefined, coded('ECONNRESET')), 'TypeError (ECONNRESET)'],
    ['no name that is more than a word', named(`Refused ${token}`), 'Error'],
    ['no name that begins with a word', named('A b'), 'Error'],
    ['no name that ends with a word', named('(b'), 'Error'],
    ['nothing of what is no error', { name: token, message: token }, 'Error'],
    ['nothing of a text', token, 'Error'],
    ['nothing of nothing', null, 'Error'],
  ])('%s', (_, error, message) => {
    const safe = safeCause(error)
    expect(safe).toEqual(new Error(message))
    expect(Object.keys(safe)).toEqual([])
    expect(safe.cause).toBeUndefined()
  })
})

describe('a code', () => {
  it.each([
    ['is a word', coded('x y'), undefined],
    ['is no number', coded(7), undefined],
    ['may be that of something that is no error', { code: 'EPIPE' }, 'EPIPE'],
    ['is its own before that of its cause', coded('EPIPE', coded('ECONNRESET')), 'EPIPE'],
    ['is not there where nothing is', null, undefined],
  ])('%s', (_, error, code) => {
    expect(errorCode(error)).toBe(code)
  })

  it('is looked for in a circle of causes, and the circle is left', () => {
    const outer = new Error('outer')
    const inner = new Error('inner', { cause: outer })
    outer.cause = inner
    expect(errorCode(outer)).toBeUndefined()
  })
})
