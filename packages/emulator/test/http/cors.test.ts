import { describe, expect, test } from 'vitest'

import { endpoints } from '../support/documented.ts'
import { createMerchant, type Answer } from '../support/merchant.ts'

const Origin = 'https://shop.example'

/** Headers from forage-android-sdk Headers.kt, forage-ios-sdk Collector.swift, and those that a page adds. */
const sdkHeaders = [
  'authorization',
  'content-type',
  'merchant-account',
  'idempotency-key',
  'api-version',
  'x-key',
  'x-terminal-id',
  'x-datadog-trace-id',
  'x-forage-android-sdk-version',
  'x-forage-ios-sdk-version',
]

const operations = endpoints.map(({ method, path }): [string, string] => [
  method,
  path.replaceAll(/:\w+/g, '0ddbcda871'),
])
const forBrowsers = operations.filter(([, path]) => /^\/(proxy|api(?!\/v1))\//.test(path))
const forServers = operations.filter(([, path]) => /^\/(o|api\/v1)\//.test(path))

function preflight(method: string, path: string): Promise<Answer> {
  const requested = {
    'Access-Control-Request-Method': method,
    'Access-Control-Request-Headers': sdkHeaders.join(', '),
  }
  return createMerchant().send(path, { method: 'OPTIONS', headers: { Origin, ...requested } })
}

const list = (headers: Headers, name: string): string[] =>
  (headers.get(name) ?? '').toLowerCase().split(/, */)

test('every endpoint is either for browsers or for servers', () => {
  expect(forBrowsers.length + forServers.length).toBe(endpoints.length)
})

describe.each(forBrowsers)('%s %s', (method, path) => {
  test('an endpoint for browsers allows its method and the headers of the SDKs, without cookies', async () => {
    const { status, headers } = await preflight(method, path)
    expect(status).toBe(204)
    expect(headers.get('access-control-allow-origin')).toBe(Origin)
    expect(list(headers, 'access-control-allow-methods')).toContain(method.toLowerCase())
    expect(list(headers, 'access-control-allow-headers')).toEqual(expect.arrayContaining(sdkHeaders))
    expect(headers.has('access-control-allow-credentials')).toBe(false)
  })

  test('an endpoint for browsers lets a page read its answers, errors included, and the headers that pages need', async () => {
    const { status, headers } = await createMerchant().send(path, { method, headers: { Origin } })
    expect(status).toBe(401)
    expect(headers.get('access-control-allow-origin')).toBe(Origin)
    expect(list(headers, 'access-control-expose-headers')).toEqual([
      'date',
      'retry-after',
      'www-authenticate',
    ])
    expect(list(headers, 'vary')).toContain('origin')
  })
})

describe.each(forServers)('%s %s', (method, path) => {
  test('an endpoint for servers allows no page to call it or to read its answer', async () => {
    const allowed = await preflight(method, path)
    const answered = await createMerchant().send(path, { method, headers: { Origin } })
    for (const { headers } of [allowed, answered])
      expect([...headers.keys()].filter((name) => name.startsWith('access-control'))).toEqual([])
  })
})

test.each([
  ['a body over the limit', '/api/payments/', { method: 'POST', body: 'x'.repeat(1024 * 1024 + 1) }, 413],
  ['a wrong method', '/api/payments/x/', { method: 'PUT' }, 405],
  ['an unknown path', '/api/nothing/', {}, 404],
])('a page can read the answer to %s', async (_what, path, init, expected) => {
  const { status, headers } = await createMerchant().send(path, { ...init, headers: { Origin } })
  expect(status).toBe(expected)
  expect(headers.get('access-control-allow-origin')).toBe(Origin)
})

test('the limiter does not count a preflight', async () => {
  const merchant = createMerchant({ switches: { requestLimit: '900/5min' } })
  const headers = { Origin, 'Access-Control-Request-Method': 'GET' }
  for (let sent = 0; sent < 900; sent += 1)
    await merchant.send('/api/payments/x/', { method: 'OPTIONS', headers })
  expect((await merchant.send('/api/payments/x/')).status).toBe(401)
})
