import { describe, expect, it } from 'vitest'

import { fingerprint } from '../../src/index.ts'
import { createFixture, type ServerFixture } from '../fixtures/server-fixture.ts'
import { revokedTokens, tokenPath } from '../fixtures/upstream-stub.ts'
import { breakableStore } from './breakable-store.ts'

/** A server with a token. During each of its next mints, the store loses the slot, and the lease with it. */
async function losingLease(losses: number): Promise<ServerFixture & { first: string }> {
  const store = breakableStore()
  const fixture = createFixture({ store })
  const first = await fixture.forage.pool('web').getToken()
  const answers = Array.from({ length: losses }, () => async () => {
    store.lose()
    return fixture.upstream.issue()
  })
  fixture.upstream.answerNext(tokenPath, ...answers)
  return { ...fixture, first }
}

describe('a store that loses the slot during a mint', () => {
  it('rotate mints again, and the token of the first mint is revoked', async () => {
    const { forage, upstream, first } = await losingLease(1)
    const rotation = await forage.pool('web').rotate()
    const [, discarded, next] = upstream.issued
    expect(rotation).toMatchObject({ fingerprint: fingerprint(next!), previous: fingerprint(first) })
    expect(await forage.pool('web').getToken()).toBe(next)
    expect(revokedTokens(upstream)).toEqual([discarded])
  })

  it('rotate that loses its lease twice rejects as temporary, and names no limit that was not reached', async () => {
    const { forage, upstream, first } = await losingLease(2)
    await expect(forage.pool('web').rotate()).rejects.toMatchObject({
      code: 'upstream_unavailable',
      message: expect.stringContaining('lease_held') as string,
    })
    expect(await forage.pool('web').getToken()).toBe(first)
    expect(upstream.count(tokenPath)).toBe(3)
  })

  it('compromise mints again, and reports the replacement', async () => {
    const { forage, upstream, first } = await losingLease(1)
    upstream.diesWhenRevoked()
    const report = await forage.pool('web').compromise({ reason: 'a log had it' })
    const [, discarded, next] = upstream.issued
    expect(report.tokens).toEqual([{ fingerprint: fingerprint(first), revoked: true, verified: 'dead' }])
    expect(report.replacement).toBe(fingerprint(next!))
    expect(new Set(revokedTokens(upstream))).toEqual(new Set([first, discarded]))
  })
})
