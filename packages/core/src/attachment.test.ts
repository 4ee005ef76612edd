import { expect, test } from 'vitest'

import { attachmentOf, isSecure } from './attachment.ts'

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

test('where nothing is configured, a token goes to the origins of its own environment only', () => {
  const { covers, admits } = attachmentOf(undefined, undefined)
  const [sandbox, production] = [
    'https://api.sandbox.joinforage.app/x',
    'https://vault.joinforage.app/x',
  ].map((url) => new URL(url)) as [URL, URL]
  expect([sandbox, production, new URL('https://x.example')].map(covers)).toEqual([true, true, false])
  expect(admits(sandbox, 'sandbox_a')).toBe(true)
  expect(admits(production, 'prod_a')).toBe(true)
  expect(admits(production, 'sandbox_a')).toBe(false)
  expect(admits(sandbox, 'dev_a')).toBe(false)
})

test('what is configured admits a token of whatever prefix', () => {
  const url = new URL('https://x.example/')
  expect(attachmentOf({ apiUrl: 'https://x.example' }, undefined).admits(url, 'dev_a')).toBe(true)
  expect(attachmentOf('sandbox', ['https://x.example']).admits(url, 'dev_a')).toBe(true)
})
