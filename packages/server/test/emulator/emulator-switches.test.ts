import { createEmulator, type Emulator, type Switches } from '@forage-session/emulator'
import { describe, expect, it } from 'vitest'

import { createForageServer, type ForageServer, type SessionToken } from '../../src/index.ts'
import { revokePath } from '../fixtures/upstream-stub.ts'
import { createVirtualClock, type VirtualClock } from '../fixtures/virtual-clock.ts'

const apiUrl = 'http://localhost:4010'
const minute = 60 * 1000

interface Shop {
  emulator: Emulator
  forage: ForageServer
  clock: VirtualClock
  merchantAccount: string
  /** Mints a session token for the merchant. */
  mint(): Promise<SessionToken>
  /** Whether the API confirms revocations without revoking. */
  isLying: boolean
}

function openShop(switches: Partial<Switches>): Shop {
  const clock = createVirtualClock()
  const emulator = createEmulator({ clock, switches })
  const { clientId, clientSecret, merchants } = emulator
  const forage = createForageServer({
    environment: { apiUrl },
    credentials: { clientId, clientSecret },
    fetch: async (input, init) => {
      const request = new Request(input, init)
      if (shop.isLying && request.url.endsWith(revokePath)) return new Response(null)
      return emulator.fetch(request)
    },
    clock,
  })
  const merchantAccount = `mid/${merchants[0]!.id}`
  const mint = (): Promise<SessionToken> => forage.mintSessionToken({ merchantAccount })
  const shop: Shop = { emulator, forage, clock, merchantAccount, mint, isLying: false }
  return shop
}

/** Whether the API still accepts the token. For an unknown payment method, it then answers 404. */
async function isAlive({ emulator, merchantAccount }: Shop, token: string): Promise<boolean> {
  const headers = { authorization: `Bearer ${token}`, 'merchant-account': merchantAccount }
  const response = await emulator.fetch(new Request(`${apiUrl}/api/payment_methods/0ddbcda871/`, { headers }))
  return response.status === 404
}

/** Each switch for an undocumented detail, and all combinations of those that shape a refusal. */
const details: Partial<Switches>[] = [
  { tokenFormat: 'jwt' },
  { tokenFormat: 'jwt-without-iat' },
  { tokenCap: 'evict' },
  { wrongTokenType: 'invalid_token' },
  { alteredSessionToken: 'invalid_token' },
  { clientAuthenticationTokens: 'reject' },
  { defaultAuthenticationTokenSeconds: 36_000 },
  { sessionTokenStatus: 201 },
  { requestLimit: '900/5min' },
  { apiDefaultVersion: '2025-08-04' },
  ...([400, 401] as const).flatMap((missingMerchantStatus) =>
    (['detail', 'list'] as const).flatMap((missingCredentials) =>
      (['detail', 'list'] as const).flatMap((authEnvelope) =>
        (['bearer', 'absent'] as const).map((challenge) => ({
          missingMerchantStatus,
          missingCredentials,
          authEnvelope,
          challenge,
        })),
      ),
    ),
  ),
]

describe.each(details.map((switches) => [Object.entries(switches).map(String).join(' '), switches] as const))(
  'an emulator with %s',
  (_name, switches) => {
    it('mintSessionToken works after a revocation, a rotation and a compromise, for every emulator switch', async () => {
      const shop = openShop(switches)
      await shop.mint()
      await shop.clock.advance(minute)
      shop.emulator.control.revokeAuthenticationTokens()
      const { token } = await shop.mint()
      expect(await isAlive(shop, token)).toBe(true)
      await shop.forage.pool('web').rotate()
      expect(await isAlive(shop, token)).toBe(true)
      const report = await shop.forage.pool('web').compromise({ reason: 'a drill' })
      expect(report.tokens.map(({ verified }) => verified)).toEqual(report.tokens.map(() => 'dead'))
      expect(await isAlive(shop, token)).toBe(false)
      const next = await shop.mint()
      expect(await isAlive(shop, next.token)).toBe(true)
      expect(shop.emulator.control.counts().authenticationTokens).toBe(4)
    })

    it('compromise does not report a token as dead if the API only pretends to revoke it', async () => {
      const shop = openShop(switches)
      const { token } = await shop.mint()
      shop.isLying = true
      const report = await shop.forage.pool('web').compromise({ reason: 'a drill' })
      expect(await isAlive(shop, token)).toBe(true)
      expect(report.tokens).toHaveLength(1)
      expect(report.tokens[0]!.verified).not.toBe('dead')
    })

    it('an unknown merchant is merchant_invalid and costs no token', async () => {
      const shop = openShop(switches)
      await shop.mint()
      await shop.clock.advance(minute)
      const minting = shop.forage.mintSessionToken({ merchantAccount: 'mid/0000000000' })
      await expect(minting).rejects.toMatchObject({ code: 'merchant_invalid' })
      expect(shop.emulator.control.counts().authenticationTokens).toBe(1)
    })
  },
)
