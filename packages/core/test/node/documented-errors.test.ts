import { readFileSync } from 'node:fs'

import { describe, expect, test } from 'vitest'

import {
  errorCodes,
  ForageSessionError,
  isForageSessionError,
  type ForageSessionErrorCode,
} from '../../src/shared/errors.ts'

const codes = Object.keys(errorCodes) as ForageSessionErrorCode[]
const remedies = Object.fromEntries(codes.map((code) => [code, errorCodes[code][0]]))

describe('every error code', () => {
  test('every error code is explained in docs/errors.md, with the remedy that the error carries', () => {
    const guide = readFileSync(new URL('../../../../docs/errors.md', import.meta.url), 'utf8')
    const chapters = guide.split(/^## /m).slice(1)
    const explained = chapters.map((chapter) => chapter.trim().split(/\n+/))
    expect(Object.fromEntries(explained.map((lines) => [lines[0], lines.at(-1)]))).toEqual(remedies)
  })

  test.each(codes)('the error %s carries its code and what to do', (code) => {
    const error = new ForageSessionError(code)
    expect(error.message).toBe(`${code}: ${remedies[code]}`)
    expect(error).toMatchObject({ name: 'ForageSessionError', code, remedy: remedies[code] })
    expect(isForageSessionError(error)).toBe(true)
  })
})

test('an error of another copy of this package is recognized by its mark, and a lookalike is not', () => {
  const mark = Symbol.for('@forage-session/core/ForageSessionError')
  expect(isForageSessionError(Object.assign(new Error('x'), { [mark]: true }))).toBe(true)
  const lookalike = Object.assign(new Error('x'), { name: 'ForageSessionError', code: 'closed' })
  for (const value of [lookalike, {}, null, undefined, 'closed']) {
    expect(isForageSessionError(value)).toBe(false)
  }
})
