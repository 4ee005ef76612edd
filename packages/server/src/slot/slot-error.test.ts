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

it('a failure that only another configuration fixes is final, and a frozen pool is retryable', () => {
  const error = (kind: FailureKind): ForageServerError =>
    slotError('web', { kind, code: 'x', count: 1, at: 0, nextAttemptAt: never })
  expect(error('config').retryable).toBe(false)
  expect(error('frozen').retryable).toBe(true)
  expect([error('config').retryAt, error('frozen').retryAt]).toEqual([undefined, undefined])
})
