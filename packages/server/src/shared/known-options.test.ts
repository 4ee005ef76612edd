import { expect, it } from 'vitest'

import { assertKnownOptions } from './known-options.ts'

const known = { pools: true, store: true, fetch: true, upstreamLimit: true } as const

it('known options are accepted, in any number', () => {
  expect(() => assertKnownOptions({}, known)).not.toThrow()
  expect(() => assertKnownOptions({ fetch, store: undefined }, known)).not.toThrow()
})

it.each([
  ['pool', 'pools'],
  ['Store', 'store'],
  ['ftech', 'fetch'],
  ['limit', 'upstreamLimit'],
  ['upstreamlimits', 'upstreamLimit'],
  ['', 'pools'],
])('an unknown option %j is an error that names %j', (option, closest) => {
  expect(() => assertKnownOptions({ store: 1, [option]: 1 }, known)).toThrow(
    new TypeError(`Unknown option "${option}"; did you mean "${closest}"?`),
  )
})

it.each(['backgroundRenewal', 'retries', 'x'])(
  'an unknown option "%s" that resembles no option is an error that lists the options',
  (option) => {
    expect(() => assertKnownOptions({ [option]: 1 }, known)).toThrow(
      new TypeError(
        `Unknown option "${option}"; it must be one of "pools", "store", "fetch", "upstreamLimit"`,
      ),
    )
  },
)

it('the error for an unknown nested option that resembles no option lists the nested options with their path', () => {
  expect(() =>
    assertKnownOptions({ timeoutMs: 1 }, { requests: true, perMs: true }, 'rateLimit.ip.'),
  ).toThrow(
    new TypeError(
      'Unknown option "rateLimit.ip.timeoutMs"; it must be one of "rateLimit.ip.requests", "rateLimit.ip.perMs"',
    ),
  )
})

it('an unknown option that is undefined is ignored, because spreads copy such keys', () => {
  expect(() => assertKnownOptions({ retries: undefined }, known)).not.toThrow()
})

it.each([undefined, null, 'a reason', 7])('%j has no options, so none is unknown', (value) => {
  expect(() => assertKnownOptions(value, known)).not.toThrow()
})

it('an unknown nested option is an error with the whole path', () => {
  expect(() =>
    assertKnownOptions({ scopes: 'x' }, { scope: true, lifetimeSeconds: true }, 'pools.web.'),
  ).toThrow(new TypeError('Unknown option "pools.web.scopes"; did you mean "pools.web.scope"?'))
})
