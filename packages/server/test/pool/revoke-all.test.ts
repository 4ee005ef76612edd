import { describe, expect, it } from 'vitest'

import { createFixture, merchantAccount } from '../fixtures/server-fixture.ts'
import {
  clientId,
  clientSecret,
  oauthError,
  revokePath,
  tokenPath,
  revokedTokens,
} from '../fixtures/upstream-stub.ts'

const bulkRevokePath = '/o/bulk_revoke/'

describe('revokeAll', () => {
  const confirm = 'every checkout will need a new token'

  it('revokeAll rejects any other confirmation without a request', async () => {
    const { forage, upstream } = createFixture()
    for (const text of ['', 'yes', `${confirm}.`, confirm.toUpperCase(), true]) {
      await expect(forage.revokeAll({ confirm: text as typeof confirm })).rejects.toThrow('"confirm"')
    }
    expect(upstream.requests).toEqual([])
  })

  it('revokeAll revokes in bulk once for each client, before it mints', async () => {
    const kiosk = { clientId: 'kiosk', clientSecret: 'kiosk-secret' }
    const { forage, upstream } = createFixture({ pools: { web: {}, ios: {}, kiosk: { credentials: kiosk } } })
    for (const pool of ['web', 'ios', 'kiosk']) await forage.pool(pool).getToken()
    const before = upstream.requests.length
    const report = await forage.revokeAll({ confirm })
    expect(report).toMatchObject({ clients: 2, failed: 0 })
    expect(report.pools.map(({ pool, tokens }) => [pool, tokens[0]!.verified])).toEqual([
      ['web', 'dead'],
      ['ios', 'dead'],
      ['kiosk', 'dead'],
    ])
    const paths = upstream.requests.slice(before).map(({ path }) => path)
    expect(paths.filter((path) => path === bulkRevokePath)).toHaveLength(2)
    expect(paths.filter((path) => path === tokenPath)).toHaveLength(3)
    expect(paths).not.toContain(revokePath)
    const bulk = upstream.requests.filter(({ path }) => path === bulkRevokePath)
    expect(bulk.map(({ body }) => JSON.parse(body) as unknown)).toEqual([
      { client_id: clientId, client_secret: clientSecret, revoke_count: 1000 },
      { client_id: 'kiosk', client_secret: 'kiosk-secret', revoke_count: 1000 },
    ])
    await expect(forage.mintSessionToken({ merchantAccount })).resolves.toBeDefined()
  })

  it('revokeAll reads the credentials again and uses the new secret', async () => {
    let secret = 'leaked'
    const { forage, upstream } = createFixture({
      credentials: async () => ({ clientId, clientSecret: secret }),
    })
    await forage.pool('web').getToken()
    secret = 'changed'
    await forage.revokeAll({ confirm })
    const bulk = upstream.requests.find(({ path }) => path === bulkRevokePath)!
    expect(JSON.parse(bulk.body)).toMatchObject({ client_secret: 'changed' })
    expect(upstream.requests.at(-2)!.headers.get('authorization') ?? '').not.toContain(btoa('leaked'))
  })

  it('revokeAll recovers a client at the limit of live tokens', async () => {
    const { forage, upstream, clock } = createFixture()
    upstream.answerNext(tokenPath, oauthError(400, 'invalid_request'))
    await expect(forage.pool('web').getToken()).rejects.toMatchObject({ code: 'token_limit' })
    const report = await forage.revokeAll({ confirm })
    expect(report.pools[0]!.replacement).not.toBeNull()
    await expect(forage.mintSessionToken({ merchantAccount })).resolves.toBeDefined()
    expect(clock.pending()).toBe(0)
  })

  it('if bulk revocation fails, revokeAll revokes each known token and reports the failure', async () => {
    const { forage, upstream } = createFixture()
    const token = await forage.pool('web').getToken()
    upstream.diesWhenRevoked()
    upstream.answerNext(bulkRevokePath, new Response('', { status: 503 }))
    const report = await forage.revokeAll({ confirm })
    expect(report).toMatchObject({ clients: 1, failed: 1, pools: [{ tokens: [{ verified: 'dead' }] }] })
    expect(revokedTokens(upstream)).toEqual([token])
  })
})
