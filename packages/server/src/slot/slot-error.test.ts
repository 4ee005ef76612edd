import { expect, it } from 'vitest'

import type { FailureKind } from '../shared/codes.ts'
import type { ForageServerError } from '../shared/errors.ts'
import { never } from './failure-policy.ts'
import { slotError } from './slot-error.ts'

it.each<[FailureKind, string]>([
  ['transient', 'upstream_unavailable'],
  ['throttled', 'upstream_throttled'],
  ['credential', 'credentials_rejected'],
  ['config', 'not_configured'],
  ['limit', 'token_limit'],
  ['rejected', 'upstream_unavailable'],
  ['frozen', 'frozen'],
])('a failure of kind %s is %s for the caller, with the time of the next attempt', (kind, code) => {
  const error = slotError('web', {
    kind,
    code: 'http_503',
    count: 1,
    at: 0,
    nextAttemptAt: 7000,
    status: 503,
  })
  expect(error).toMatchObject({ code, retryable: true, retryAt: 7000, status: 503 })
  expect(error.message).toMatch(/^Pool "web" has no authentication token: .+ \(http_503\)/)
  expect(error.remedy).toMatch(/\w/)
})

it.each([
  ['SELF_SIGNED_CERT_IN_CHAIN', /certificate/, /NODE_EXTRA_CA_CERTS/],
  ['ENOTFOUND', /host name/, /DNS/],
  ['proxy_refused_tunnel', /proxy refused/, /proxy/],
  ['firewall_page', /web page .* firewall/, /stands between/],
])('a failure with the code %s says what is wrong in the operation', (code, what, remedy) => {
  const failure = { kind: 'transient', code, count: 1, at: 0, nextAttemptAt: 7000 } as const
  const error = slotError('web', failure)
  expect(error.code).toBe('upstream_unavailable')
  expect(error.message).toMatch(what)
  expect(error.message).toContain(`(${code})`)
  expect(error.remedy).toMatch(remedy)
})

it('a failure of a class that a later version recorded passes', () => {
  const failure = { kind: 'later' as never, code: 'x', count: 1, at: 0, nextAttemptAt: 7000 }
  expect(slotError('web', failure)).toMatchObject({ code: 'upstream_unavailable', retryAt: 7000 })
})

it.each(['credentials_malformed', 'credentials_missing'])('%s is a failure of the configuration', (code) => {
  const failure = { kind: 'config', code, count: 1, at: 0, nextAttemptAt: 7000 } as const
  expect(slotError('web', failure)).toMatchObject({ code: 'not_configured', retryAt: 7000 })
})

it('a failure that only another configuration fixes is final, and a frozen pool is retryable', () => {
  const error = (kind: FailureKind): ForageServerError =>
    slotError('web', { kind, code: 'x', count: 1, at: 0, nextAttemptAt: never })
  expect(error('config').retryable).toBe(false)
  expect(error('frozen').retryable).toBe(true)
  expect([error('config').retryAt, error('frozen').retryAt]).toEqual([undefined, undefined])
})
