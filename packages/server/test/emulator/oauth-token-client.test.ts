import { createEmulator, type Emulator } from '@forage-session/emulator'
import { describe, expect, it } from 'vitest'

import { createOAuthTokenClient, type OAuthTokenClient } from '../../src/oauth.ts'
import { separateStore } from '../fixtures/separate-store.ts'
import { createVirtualClock, settle, type VirtualClock } from '../fixtures/virtual-clock.ts'

const apiUrl = 'http://localhost:4010'
const path = '/api/v1/payment-links'
const minute = 60_000

interface Shop {
  instances: [OAuthTokenClient, OAuthTokenClient]
  emulator: Emulator
  clock: VirtualClock
  requests: string[]
  /** Resolves when no request is pending, including background requests. */
  quiet: () => Promise<void>
}

/** Creates two instances of a merchant's server that talk to the emulator, with one virtual clock. */
function openShop(switches: NonNullable<Parameters<typeof createEmulator>[0]>['switches']): Shop {
  const clock = createVirtualClock()
  const emulator = createEmulator({ clock, ...(switches && { switches }) })
  const { clientId, clientSecret } = emulator
  const requests: string[] = []
  const pending = new Set<Request>()
  const store = separateStore()
  const create = (): OAuthTokenClient =>
    createOAuthTokenClient({
      dialect: 'quidkey',
      environment: { apiUrl },
      credentials: { clientId, clientSecret },
      store,
      fetch: (input, init) => {
        const request = new Request(input, init)
        requests.push(new URL(request.url).pathname)
        pending.add(request)
        return emulator.fetch(request).finally(() => pending.delete(request))
      },
      clock,
    })
  const quiet = async (): Promise<void> => {
    do await settle()
    while (pending.size > 0)
    await settle()
  }
  return { instances: [create(), create()], emulator, clock, requests, quiet }
}

function createLink(client: OAuthTokenClient): Promise<Response> {
  const body = JSON.stringify({ order: { amount: 1250, currency: 'EUR', payment_reference: 'order 1' } })
  const headers = { 'content-type': 'application/json' }
  return client.fetch(path, { method: 'POST', headers, body })
}

function count({ requests }: Shop, what: 'token' | 'refresh'): number {
  return requests.filter((pathname) => pathname.endsWith(`/oauth2/${what}`)).length
}

const switches = (['kept', 'rotated'] as const).flatMap((refreshToken) =>
  ([900, 3600] as const).map((seconds) => [refreshToken, seconds] as const),
)

describe.each(switches)(
  'Quidkey emulator, refresh token %s, lifetime %i s',
  (quidkeyRefreshToken, quidkeyExpiresInSeconds) => {
    it(
      'every call in 36 hours is accepted, and the credentials are sent once a day',
      { timeout: 30_000 },
      async () => {
        const shop = openShop({ quidkeyRefreshToken, quidkeyExpiresInSeconds })
        const lifetimeMs = quidkeyExpiresInSeconds * 1000
        for (let i = 0; i < (36 * 60 * minute) / (lifetimeMs / 3); i++) {
          expect((await createLink(shop.instances[i % 2]!)).status).toBe(201)
          await shop.quiet()
          await shop.clock.advance(lifetimeMs / 3)
        }
        expect(count(shop, 'token')).toBe(2)
        expect(count(shop, 'refresh')).toBeGreaterThan(30)
        expect(shop.requests.filter((pathname) => pathname === path)).toHaveLength(
          shop.requests.length - count(shop, 'token') - count(shop, 'refresh'),
        )
      },
    )

    it('a call that is answered 401 is replayed with a refreshed token', async () => {
      const shop = openShop({ quidkeyRefreshToken, quidkeyExpiresInSeconds })
      const [client] = shop.instances
      expect((await createLink(client)).status).toBe(201)
      shop.emulator.control.fault({ kind: 'reject', path })
      expect((await createLink(client)).status).toBe(201)
      expect([count(shop, 'token'), count(shop, 'refresh')]).toEqual([1, 1])
    })

    it('after a refused refresh, the credentials are sent once', async () => {
      const shop = openShop({ quidkeyRefreshToken, quidkeyExpiresInSeconds })
      const [client] = shop.instances
      expect((await createLink(client)).status).toBe(201)
      shop.emulator.control.fault({ kind: 'reject', path: '/api/v1/oauth2/refresh' })
      await shop.clock.advance(quidkeyExpiresInSeconds * 1000)
      expect((await createLink(client)).status).toBe(201)
      expect([count(shop, 'token'), count(shop, 'refresh')]).toEqual([2, 1])
    })
  },
)
