import { describe, expect, it } from 'vitest'

import { createVirtualClock, settle } from '../../test/fixtures/virtual-clock.ts'
import { answerWithin, callQuietly, errorName } from './foreign-code.ts'

describe('callQuietly', () => {
  it.each([
    [
      'throws',
      () => {
        throw new RangeError('x')
      },
      'RangeError',
    ],
    ['rejects', () => Promise.reject(new RangeError('x')), 'RangeError'],
    ['rejects with a value', () => Promise.reject('x'), 'string'],
    [
      'returns a thenable that throws',
      () => ({
        // oxlint-disable-next-line unicorn/no-thenable -- a thenable is what this test passes
        then: () => {
          throw new RangeError('x')
        },
      }),
      'RangeError',
    ],
  ])('callQuietly reports code that %s', async (_, run, name) => {
    const errors: string[] = []
    callQuietly(run, (error) => errors.push(error))
    await settle()
    expect(errors).toEqual([name])
  })

  it.each([
    ['nothing', undefined],
    ['null', null],
    ['a promise', Promise.resolve(7)],
    ['a value', 7],
  ])('callQuietly reports nothing if the code returns %s', async (_, result) => {
    const errors: string[] = []
    callQuietly(
      () => result,
      (error) => errors.push(error),
    )
    await settle()
    expect(errors).toEqual([])
  })
})

describe('answerWithin', () => {
  it('a value is the answer at once, without a timer', async () => {
    const clock = createVirtualClock()
    expect(await answerWithin(clock, 500, () => 7)).toBe(7)
    expect(clock.pending()).toBe(0)
  })

  it('a promise is waited for, and its timer is canceled', async () => {
    const clock = createVirtualClock()
    expect(await answerWithin(clock, 500, async () => 7)).toBe(7)
    await settle()
    expect(clock.pending()).toBe(0)
  })

  it('code that is late rejects with a TimeoutError, and its own later rejection is handled', async () => {
    const clock = createVirtualClock()
    let reject: (error: Error) => void = () => {}
    const late: unknown[] = []
    const run = (): Promise<number> => new Promise((_, no) => (reject = no))
    const answering = answerWithin(clock, 500, run, (reason) => late.push(reason.name))
    const answer = Promise.resolve(answering).catch((error: Error) => error.name)
    await clock.advance(500)
    reject(new Error('too late'))
    await settle()
    expect([await answer, late]).toEqual(['TimeoutError', ['TimeoutError']])
  })

  it('code that throws throws its own error', () => {
    const run = (): never => {
      throw new RangeError('x')
    }
    expect(() => answerWithin(createVirtualClock(), 500, run)).toThrow(RangeError)
  })
})

it.each([
  [new RangeError('holds s3cret'), 'RangeError'],
  [Object.assign(new Error('x'), { name: 's3cret token=…' }), 'object'],
  ['s3cret', 'string'],
  [null, 'object'],
  [undefined, 'undefined'],
])('errorName shows %o as %s', (error, name) => {
  expect(errorName(error)).toBe(name)
})
