import { describe, expect, test } from 'vitest'

import { contradicts, originsOf, originsOfPrefix } from './environments.ts'

describe('a token of another environment', () => {
  test.each(['sandbox', 'cert', 'staging', 'dev', 'local', 'mock'])(
    'a token with the prefix %s contradicts production',
    (prefix) => {
      expect(contradicts('production', prefix)).toBe(true)
    },
  )

  test.each(['prod', 'cert', 'staging', 'dev', 'local', 'mock'])(
    'a token with the prefix %s contradicts the sandbox',
    (prefix) => {
      expect(contradicts('sandbox', prefix)).toBe(true)
    },
  )

  test.each(['live', 'xdev', 'develop', '', undefined])(
    'a token with the unknown prefix %s contradicts no environment',
    (prefix) => {
      expect(contradicts('production', prefix)).toBe(false)
      expect(contradicts('sandbox', prefix)).toBe(false)
    },
  )

  test('no prefix contradicts its own environment or a custom one', () => {
    expect(contradicts('production', 'prod')).toBe(false)
    expect(contradicts('sandbox', 'sandbox')).toBe(false)
    expect(contradicts({ apiUrl: 'https://x.example' }, 'prod')).toBe(false)
    expect(contradicts(undefined, 'prod')).toBe(false)
  })
})

test('the origins of an environment are those of its API and its vault', () => {
  expect(originsOf('production')).toEqual(['https://api.joinforage.app', 'https://vault.joinforage.app'])
  expect(originsOf({ apiUrl: 'https://x.example/base' })).toEqual(['https://x.example', 'https://x.example'])
})

test('the prefix of a public environment stands for its origins', () => {
  expect(originsOfPrefix('prod')).toEqual(originsOf('production'))
  expect(originsOfPrefix('sandbox')).toEqual(originsOf('sandbox'))
  expect(originsOfPrefix('dev')).toEqual([])
  expect(originsOfPrefix(undefined)).toEqual([])
})
