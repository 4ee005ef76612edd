import { expect, it } from 'vitest'

import { connectionErrorCode, wasNeverSent, wasReset } from './connection-error.ts'

/** Returns the error of `fetch` in Node.js for a failed connection. */
function fetchFailed(fields: object, message = 'x'): unknown {
  return new TypeError('fetch failed', { cause: Object.assign(new Error(message), fields) })
}

it.each([
  'ECONNREFUSED',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EAI_FAIL',
  'ESERVFAIL',
  'UND_ERR_CONNECT_TIMEOUT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'CERT_HAS_EXPIRED',
  'ERR_TLS_CERT_ALTNAME_INVALID',
  'ERR_SSL_WRONG_VERSION_NUMBER',
  'HOSTNAME_MISMATCH',
  'EPROTO',
  'ERR_PROXY_TUNNEL',
  'ConnectionRefused',
])('a request that failed with %s was never sent', (code) => {
  expect(wasNeverSent(fetchFailed({ code }))).toBe(true)
  expect(wasReset(fetchFailed({ code }))).toBe(false)
})

it.each([
  ['while it connected', { code: 'ETIMEDOUT', syscall: 'connect' }, 'connect ETIMEDOUT 203.0.113.1:443'],
  ['while it connected', { code: 'ECONNRESET', syscall: 'connect' }, 'connect ECONNRESET'],
  ['in DNS', { code: 'ENODATA', syscall: 'queryA' }, 'queryA ENODATA'],
  [
    'in the TLS handshake',
    { code: 'ECONNRESET' },
    'Client network socket disconnected before secure TLS connection was established',
  ],
  ['at a proxy', { code: 'UND_ERR_ABORTED' }, 'Proxy response (407) !== 200 when HTTP Tunneling'],
  ['in Deno', {}, 'error sending request for url (https://x/): client error (Connect): refused'],
])('a request that failed %s was never sent', (_where, fields, message) => {
  expect(wasNeverSent(fetchFailed(fields, message))).toBe(true)
})

it('a request was never sent if the connection to every address failed, but not if one was established', () => {
  const attempt = (fields: object): Error => Object.assign(new Error('x'), fields)
  const timedOut = attempt({ code: 'ETIMEDOUT', syscall: 'connect' })
  const all = (...errors: Error[]): unknown =>
    new TypeError('fetch failed', {
      cause: Object.assign(new AggregateError(errors), { code: 'ETIMEDOUT' }),
    })
  expect(wasNeverSent(all(timedOut, timedOut))).toBe(true)
  expect(wasNeverSent(all(timedOut, attempt({ code: 'ETIMEDOUT', syscall: 'read' })))).toBe(false)
  expect(wasNeverSent(all())).toBe(false)
})

it.each([
  { code: 'ECONNRESET' },
  { code: 'ECONNRESET', syscall: 'read' },
  { code: 'ETIMEDOUT' },
  { code: 'EHOSTUNREACH', syscall: 'read' },
  { code: 'UND_ERR_SOCKET' },
  { code: 'UND_ERR_HEADERS_TIMEOUT' },
  { code: 'UND_ERR_BODY_TIMEOUT' },
  { code: 'ERR_SSL_DECRYPTION_FAILED_OR_BAD_RECORD_MAC' },
  { code: 'XECONNREFUSED' },
  { code: 'ECONNREFUSED_LATER' },
  {},
])('a request that failed with %j may have been sent', (fields) => {
  expect(wasNeverSent(fetchFailed(fields))).toBe(false)
})

it.each([undefined, null, 'ECONNREFUSED', 7])(
  'the thrown value %j may have come after the request',
  (thrown) => {
    expect(wasNeverSent(thrown)).toBe(false)
    expect(wasReset(thrown)).toBe(false)
  },
)

it.each(['ECONNRESET', 'UND_ERR_SOCKET', 'EPIPE'])('%s is a reset connection', (code) => {
  expect(wasReset(fetchFailed({ code }))).toBe(true)
  expect(wasReset({ code })).toBe(true)
})

it("the code of a failed request is the system's, or names a proxy that refused its tunnel", () => {
  expect(connectionErrorCode(fetchFailed({ code: 'ECONNRESET' }))).toBe('ECONNRESET')
  expect(connectionErrorCode(new Error('?'))).toBeUndefined()
  const tunnel = fetchFailed({ code: 'UND_ERR_ABORTED' }, 'Proxy response (407) !== 200 when HTTP Tunneling')
  expect(connectionErrorCode(tunnel)).toBe('proxy_refused_tunnel')
})

it('an error that is its own cause is read once', () => {
  const circle: { cause?: unknown } = {}
  circle.cause = circle
  expect(wasNeverSent(circle)).toBe(false)
})
