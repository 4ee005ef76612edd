import fc from 'fast-check'
import { expect, test } from 'vitest'

import { attachmentOf, isSecure } from './attachment.ts'

test('without configuration, a token goes only to the origins of its environment', () => {
  const { covers, admits } = attachmentOf(undefined, undefined)
  const sandbox = 'https://api.sandbox.joinforage.app/x'
  const production = 'https://vault.joinforage.app/x'
  expect([sandbox, production, 'https://x.example/'].map(covers)).toEqual([true, true, false])
  expect(admits(sandbox, 'sandbox_a')).toBe(true)
  expect(admits(production, 'prod_a')).toBe(true)
  expect(admits(production, 'sandbox_a')).toBe(false)
  expect(admits(sandbox, 'dev_a')).toBe(false)
})

test('a configured origin gets a token of any prefix', () => {
  const address = 'https://x.example/'
  expect(attachmentOf({ apiUrl: 'https://x.example' }, undefined).admits(address, 'dev_a')).toBe(true)
  expect(attachmentOf('sandbox', ['https://x.example']).admits(address, 'dev_a')).toBe(true)
})

test('an origin that is added to the list later gets no token', () => {
  const origins = ['https://x.example']
  const { covers } = attachmentOf(undefined, origins)
  origins.push('https://y.example')
  expect(covers('https://y.example/')).toBe(false)
})

test('a URL in any spelling is covered only if its origin is in the list', () => {
  const origins = ['https://x.example', 'http://localhost:8080', 'https://[::1]:3000']
  const { covers } = attachmentOf(undefined, origins)
  const start = fc.constantFrom(...origins, ...origins.map((origin) => origin.toUpperCase()))
  const sly = fc.array(
    fc.constantFrom(
      '/',
      '\\',
      '@',
      ':',
      '.',
      '?',
      '#',
      '\t',
      '\n',
      ' ',
      '%2f',
      '..',
      'evil',
      '80',
      'x.example',
    ),
    { maxLength: 8 },
  )
  fc.assert(
    fc.property(start, sly, (origin, rest) => {
      const address = origin + rest.join('')
      if (!covers(address)) return
      expect(origins).toContain(new URL(address).origin)
    }),
    { numRuns: 2000 },
  )
})

test('a URL in the form that URL writes is covered if its origin is in the list', () => {
  fc.assert(
    fc.property(fc.webUrl({ withFragments: true, withQueryParameters: true }), (address) => {
      const { href, origin } = new URL(address)
      expect(attachmentOf(undefined, [origin]).covers(href)).toBe(true)
      expect(attachmentOf(undefined, [`${origin}.evil.example`]).covers(href)).toBe(false)
    }),
  )
})

test.each([
  'https://x.example',
  'http://localhost:8080',
  'http://a.localhost',
  'http://a.b.localhost',
  'http://127.0.0.1',
  'http://127.0.0.99',
  'http://127.255.255.255',
  'http://[::1]:8080',
])('%s is secure enough for a token', (url) => {
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
])('%s is not secure enough for a token', (url) => {
  expect(isSecure(new URL(url))).toBe(false)
})
