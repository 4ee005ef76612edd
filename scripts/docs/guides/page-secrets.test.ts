import { EventEmitter } from 'node:events'

import type { Page } from 'playwright'
import { expect, test } from 'vitest'

import { watchSecrets } from './page-secrets.ts'

const token = 'sandbox_eyJhbGciOiJub25lIn0.e30.x'

interface Seen {
  request?: { url: string; authorization?: string }
  response?: { url: string; body: string }
  shown?: string
}

async function leaksOf({ request, response, shown = '' }: Seen): Promise<string[]> {
  const page = new EventEmitter()
  const secrets = watchSecrets(
    Object.assign(page, { evaluate: () => Promise.resolve(shown) }) as unknown as Page,
  )
  const { url = '', authorization } = request ?? {}
  page.emit('request', { url: () => url, headers: () => ({ authorization }) })
  page.emit('response', {
    url: () => response?.url,
    text: () => Promise.resolve(response?.body ?? ''),
  })
  return await secrets.leaks()
}

test('a page that only sends its token has no leaks', async () => {
  const request = { url: 'http://127.0.0.1:4010/api/payments/', authorization: `Bearer ${token}` }
  expect(await leaksOf({ request, shown: '"Paid"' })).toEqual([])
})

test('a client secret in a file that a page loads is a leak', async () => {
  const response = { url: 'http://localhost/a.js', body: 'const s = "emulator-secret-never"' }
  expect(await leaksOf({ response })).toEqual(['http://localhost/a.js contains the client secret.'])
})

test('a token that is shown, stored or in a URL is a leak, and the message does not contain it', async () => {
  const authorization = `Bearer ${token}`
  const leak = ['The page shows, stores or puts into a URL one of its tokens.']
  expect(await leaksOf({ request: { url: 'http://a/', authorization }, shown: `"${token}"` })).toEqual(leak)
  expect(await leaksOf({ request: { url: `http://a/?t=${token}`, authorization } })).toEqual(leak)
})
