import { expect, test } from 'vitest'

import { followLatest, optionsKey } from './latest-options.ts'

test('equal options with inline functions, objects and URLs have the same key', () => {
  const options = (): object => ({ a: () => 1, b: { c: [1, 2] }, u: new URL('https://shop.example/token') })
  expect(optionsKey(options())).toBe(optionsKey(options()))
})

test('options with different values have different keys', () => {
  expect(optionsKey({ environment: 'sandbox' })).not.toBe(optionsKey({ environment: 'production' }))
  expect(optionsKey({ headers: new Headers({ a: '1' }) })).not.toBe(
    optionsKey({ headers: new Headers({ a: '2' }) }),
  )
})

test('an object without a readable value, such as a signal, is compared by identity', () => {
  const { signal } = new AbortController()
  expect(optionsKey({ signal })).toBe(optionsKey({ signal }))
  expect(optionsKey({ signal })).not.toBe(optionsKey({ signal: new AbortController().signal }))
})

test('missing options and options that are all undefined have the same key', () => {
  expect(optionsKey(undefined)).toBe(optionsKey({ prefix: undefined }))
})

test('a forwarded function calls the latest one, inside objects and lists as well', () => {
  let latest = { say: () => 'first', hooks: { before: [() => 'first'] } }
  const followed = followLatest(latest, () => latest)
  latest = { say: () => 'second', hooks: { before: [() => 'second'] } }
  expect(followed.say()).toBe('second')
  expect(followed.hooks.before[0]?.()).toBe('second')
})

test('a value that is neither a function nor a plain object is passed on unchanged', () => {
  const headers = new Headers()
  expect(followLatest({ headers }, () => ({ headers })).headers).toBe(headers)
})
