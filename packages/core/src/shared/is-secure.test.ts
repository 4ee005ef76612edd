import { expect, test } from 'vitest'

import { isSecure } from './is-secure.ts'

test.each([
  'https://x.example',
  'http://localhost:8080',
  'http://a.localhost',
  'http://a.b.localhost',
  'http://127.0.0.1',
  'http://127.0.0.99',
  'http://127.255.255.255',
  'http://[::1]:8080',
])('%s is secure', (url) => {
  expect(isSecure(new URL(url))).toBe(true)
})

test.each([
  'http://x.example',
  'ftp://localhost',
  'http://xlocalhost',
  'http://localhost.evil.example',
  'http://.localhost',
  'http://127.0.0.1.evil.example',
  'http://evil.127.0.0.1.example',
  'http://a127.0.0.1x',
  'http://128.0.0.1',
  'http://[::2]',
  'http://a.localhost.evil.example',
  'http://127.example',
])('%s is not', (url) => {
  expect(isSecure(new URL(url))).toBe(false)
})
