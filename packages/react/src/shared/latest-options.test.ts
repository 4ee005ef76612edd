import { expect, test } from 'vitest'

import { followLatest, optionsKey } from './latest-options.ts'

test('inline functions, objects and URLs of the same value have the same key', () => {
  const options = (): object => ({ a: () => 1, b: { c: [1, 2] }, u: new URL('https://shop.example/token') })
  expect(optionsKey(options())).toBe(optionsKey(options()))
})

test('another value has another key', () => {
  expect(optionsKey({ environment: 'sandbox' })).not.toBe(optionsKey({ environment: 'production' }))
  expect(optionsKey({ headers: new Headers({ a: '1' }) })).not.toBe(
    optionsKey({ headers: new Headers({ a: '2' }) }),
  )
})

test('what has no value of its own has its identity, as the same object is handed on', () => {
  const { signal } = new AbortController()
  expect(optionsKey({ signal })).toBe(optionsKey({ signal }))
  expect(optionsKey({ signal })).not.toBe(optionsKey({ signal: new AbortController().signal }))
})

test('no options and options that are all undefined have the same key', () => {
  expect(optionsKey(undefined)).toBe(optionsKey({ prefix: undefined }))
})

test('a function that was handed on calls the latest one, also within objects and lists', () => {
  let latest = { say: () => 'first', hooks: { before: [() => 'first'] } }
  const followed = followLatest(latest, () => latest)
  latest = { say: () => 'second', hooks: { before: [() => 'second'] } }
  expect(followed.say()).toBe('second')
  expect(followed.hooks.before[0]?.()).toBe('second')
})

test('what is neither a function nor a plain object is handed on as it is', () => {
  const headers = new Headers()
  expect(followLatest({ headers }, () => ({ headers })).headers).toBe(headers)
})
