import { expect, it } from 'vitest'

import { isRateLimiter, resolveRateLimits } from './rate-limit-options.ts'

const minute = 60_000
const limiter = { consume: async () => {} }

it('the default limits are 300 a minute for an address, 20 for a subject, and no limit for a merchant', () => {
  const defaults = {
    ip: { requests: 300, perMs: minute },
    subject: { requests: 20, perMs: minute },
    merchant: false,
  }
  expect(resolveRateLimits()).toEqual(defaults)
  expect(resolveRateLimits({})).toEqual(defaults)
})

it('each limit can be replaced separately', () => {
  const merchant = { requests: 1, perMs: 1 }
  expect(resolveRateLimits({ ip: false, subject: limiter, merchant })).toEqual({
    ip: false,
    subject: limiter,
    merchant,
  })
  expect(isRateLimiter(limiter)).toBe(true)
  expect(isRateLimiter(merchant)).toBe(false)
})

it('the option false turns every limit off', () => {
  expect(resolveRateLimits(false)).toEqual({ ip: false, subject: false, merchant: false })
})

it.each([null, 7, 'off'])('the limits cannot be %j', (options) => {
  expect(() => resolveRateLimits(options as never)).toThrow(TypeError)
  expect(() => resolveRateLimits(options as never)).toThrow(
    'Option "rateLimit" must be false or { ip?, subject?',
  )
})

it.each([
  [{ ip: 7 }, 'Option "rateLimit.ip" must be false, { requests, perMs } or a limiter, got 7'],
  [{ ip: null }, 'Option "rateLimit.ip" must be false, { requests, perMs } or a limiter, got null'],
  [{ ip: true }, 'Option "rateLimit.ip" must be false, { requests, perMs } or a limiter, got true'],
  [{ ip: { consume: 7 } }, 'Option "rateLimit.ip.consume" must be a function, got 7'],
  [{ subject: {} }, 'Option "rateLimit.subject.requests" must be a whole number above 0, got undefined'],
  [{ subject: { requests: 0 } }, 'Option "rateLimit.subject.requests" must be a whole number above 0, got 0'],
  [
    { merchant: { requests: 1, perMs: 1.5 } },
    'Option "rateLimit.merchant.perMs" must be a whole number above 0, got 1.5',
  ],
  [
    { merchant: { requests: 1, perMs: -1 } },
    'Option "rateLimit.merchant.perMs" must be a whole number above 0, got -1',
  ],
])('the limits %j are refused', (options, message) => {
  expect(() => resolveRateLimits(options as never)).toThrow(new TypeError(message))
})
