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

it('an unknown nested option is an error with the whole path', () => {
  expect(() =>
    assertKnownOptions({ scopes: 'x' }, { scope: true, lifetimeSeconds: true }, 'pools.web.'),
  ).toThrow(new TypeError('Unknown option "pools.web.scopes"; did you mean "pools.web.scope"?'))
})
