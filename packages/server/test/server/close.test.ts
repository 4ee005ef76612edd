import { describe, expect, it } from 'vitest'

import { type ForageServer } from '../../src/index.ts'
import { codeOf } from '../fixtures/rejections.ts'
import { createFixture, merchantAccount } from '../fixtures/server-fixture.ts'
import { invalidToken, revokePath, sessionTokenPath, tokenPath } from '../fixtures/upstream-stub.ts'
import { settle } from '../fixtures/virtual-clock.ts'

describe('close', () => {
  it('after close, calls reject, no token is revoked and no timer is pending', async () => {
    const { forage, upstream, clock } = createFixture()
    await forage.mintSessionToken({ merchantAccount })
    await forage.close()
    const pool = forage.pool('web')
    const reason = 'too late'
    for (const call of [
      () => forage.mintSessionToken({ merchantAccount }),
      () => forage.fetch('/api/payments/'),
      () => forage.revokeAll({ confirm: 'every checkout will need a new token' }),
      () => pool.getToken(),
      () => pool.rotate(),
      () => pool.compromise({ reason }),
      () => pool.freeze({ reason }),
      () => pool.thaw(),
    ]) {
      expect(await codeOf(call())).toBe('closed')
    }
    expect(forage.health()).toMatchObject({ live: false, ready: false })
    expect(upstream.requests).toHaveLength(2)
    expect(clock.pending()).toBe(0)
  })

  it('close waits for a token request in progress', async () => {
    const { forage, upstream } = createFixture()
    let answer = (): void => {}
    upstream.answerNext(tokenPath, () => new Promise((resolve) => (answer = () => resolve(invalidToken()))))
    const waiting = codeOf(forage.pool('web').getToken())
    while (upstream.count(tokenPath) === 0) await settle()
    let isClosed = false
    const closing = forage.close().then(() => (isClosed = true))
    await settle()
    expect(isClosed).toBe(false)
    answer()
    await closing
    expect(await waiting).toBe('credentials_rejected')
  })

  it.each<[string, string, (forage: ForageServer) => Promise<unknown>]>([
    ['a session token', sessionTokenPath, (forage) => forage.mintSessionToken({ merchantAccount })],
    ['a call', '/api/payments/', (forage) => forage.fetch('/api/payments/')],
    ['a rotation', tokenPath, (forage) => forage.pool('web').rotate()],
    ['an emergency', revokePath, (forage) => forage.pool('web').compromise({ reason: 'leaked' })],
  ])('close waits for %s in progress', async (_, path, call) => {
    const { forage, upstream } = createFixture()
    await forage.pool('web').getToken()
    const before = upstream.count(path)
    let reply = (): void => {}
    upstream.answerNext(
      path,
      () =>
        new Promise(
          (resolve) =>
            (reply = () => resolve(path === tokenPath ? upstream.issue() : Response.json({ token: 't' }))),
        ),
    )
    const waiting = codeOf(call(forage))
    while (upstream.count(path) === before) await settle()
    let isClosed = false
    const closing = forage.close().then(() => (isClosed = true))
    await settle()
    expect(isClosed).toBe(false)
    reply()
    await closing
    expect(await waiting).toBeUndefined()
  })
})
