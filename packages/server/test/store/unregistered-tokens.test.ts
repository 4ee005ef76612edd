import { describe, expect, it } from 'vitest'

import { fingerprint } from '../../src/index.ts'
import { createFixture, merchantAccount } from '../fixtures/server-fixture.ts'
import { createUpstream, revokePath, sessionTokenPath, tokenPath } from '../fixtures/upstream-stub.ts'
import { createVirtualClock, settle } from '../fixtures/virtual-clock.ts'
import { breakableStore } from './breakable-store.ts'

const second = 1000
const minute = 60 * second
const leak = { reason: 'a log had it' }

describe('tokens that only this process knows', () => {
  it('a private token that the API refused is registered when the store returns, so that compromise reaches it', async () => {
    const store = breakableStore()
    store.state = 'refuses'
    const { forage, upstream, clock } = createFixture({ store })
    await forage.mintSessionToken({ merchantAccount })
    const [refused] = upstream.issued
    await clock.advance(minute)
    upstream.revokeAll()
    await expect(forage.mintSessionToken({ merchantAccount })).rejects.toBeDefined()
    store.state = 'up'
    const { tokens } = await forage.pool('web').compromise(leak)
    expect(tokens.map((token) => token.fingerprint)).toContain(fingerprint(refused!))
  })

  it('a private mint whose answer was lost counts as an unknown token when the store returns', async () => {
    const store = breakableStore()
    store.state = 'refuses'
    const { forage, upstream } = createFixture({ store })
    upstream.answerNext(tokenPath, () =>
      Promise.reject(Object.assign(new TypeError('fetch failed'), { cause: { code: 'ECONNRESET' } })),
    )
    await expect(forage.pool('web').getToken()).rejects.toBeDefined()
    store.state = 'up'
    await forage.pool('web').rotate()
    const { unknownTokens } = await forage.pool('web').compromise(leak)
    expect(unknownTokens).toBe(1)
  })

  it('an orphan that could be neither stored nor revoked is stored when the store returns', async () => {
    const store = breakableStore()
    const [upstream, clock] = [createUpstream(), createVirtualClock()]
    const [late, other] = [
      createFixture({ store }, upstream, clock),
      createFixture({ store }, upstream, clock),
    ]
    let issueLate = (): void => {}
    upstream.answerNext(
      tokenPath,
      () => new Promise((resolve) => (issueLate = () => resolve(upstream.issue()))),
    )
    const minting = late.forage.pool('web').getToken()
    while (upstream.count(tokenPath) === 0) await settle()
    await other.forage.pool('web').compromise(leak)
    // The store goes down after it refused the late commit.
    store.beforeWrite = () => (store.state = 'refuses')
    upstream.answerNext(revokePath, new Response('', { status: 503 }))
    issueLate()
    await minting
    store.beforeWrite = () => {}
    store.state = 'up'
    await clock.advance(31 * second)
    const { tokens } = await late.forage.pool('web').compromise(leak)
    const orphan = upstream.issued.filter((token) => !token.includes('session')).at(1)!
    expect(tokens.map((token) => token.fingerprint)).toContain(fingerprint(orphan))
    expect(upstream.count(sessionTokenPath)).toBeGreaterThan(0)
  })
})
