import { createEmulator, type Emulator, type Switches } from '@forage-session/emulator'
import { describe, expect, it } from 'vitest'

import { createForageServer, type ForageServer, type SessionToken } from '../../src/index.ts'
import { createVirtualClock, settle, type VirtualClock } from '../fixtures/virtual-clock.ts'

const apiUrl = 'http://localhost:4010'
const minute = 60 * 1000
const day = 24 * 60 * minute

interface Shop {
  emulator: Emulator
  forage: ForageServer
  clock: VirtualClock
  merchantAccount: string
  /** Mints a session token for the merchant. */
  mint(): Promise<SessionToken>
}

/** Creates a merchant's server that talks to the emulator, with one virtual clock. */
function openShop(switches: Partial<Switches> = {}): Shop {
  const clock = createVirtualClock()
  const emulator = createEmulator({ clock, switches })
  const { clientId, clientSecret, merchants } = emulator
  const forage = createForageServer({
    environment: { apiUrl },
    credentials: { clientId, clientSecret },
    fetch: (input, init) => emulator.fetch(new Request(input, init)),
    clock,
  })
  const merchantAccount = `mid/${merchants[0]!.id}`
  const mint = (): Promise<SessionToken> => forage.mintSessionToken({ merchantAccount })
  return { emulator, forage, clock, merchantAccount, mint }
}

/** Whether the API still accepts the token. For an unknown payment method, it then answers 404, not 401. */
async function isAlive({ emulator, merchantAccount }: Shop, token: string): Promise<boolean> {
  const headers = { authorization: `Bearer ${token}`, 'merchant-account': merchantAccount }
  const response = await emulator.fetch(new Request(`${apiUrl}/api/payment_methods/0ddbcda871/`, { headers }))
  return response.status !== 401
}

/** Tokenizes a card as the SDK does in the browser. */
async function tokenizeCard(
  { emulator, merchantAccount }: Shop,
  token: string,
  card: object,
): Promise<{ ref: string }> {
  const headers = {
    authorization: `Bearer ${token}`,
    'merchant-account': merchantAccount,
    'content-type': 'application/json',
  }
  const init = { method: 'POST', headers, body: JSON.stringify(card) }
  const response = await emulator.fetch(new Request(`${apiUrl}/api/payment_methods/`, init))
  return (await response.json()) as { ref: string }
}

describe('against the emulator', () => {
  it('a hundred concurrent checkouts cost one authentication token', async () => {
    const shop = openShop()
    const mints = Array.from({ length: 100 }, () => shop.mint())
    const tokens = await Promise.all(mints)
    expect(shop.emulator.control.counts()).toMatchObject({ authenticationTokens: 1, sessionTokens: 100 })
    expect(await isAlive(shop, tokens[99]!.token)).toBe(true)
  })

  it('every session token of a month is accepted until its expiresAt', async () => {
    const shop = openShop()
    for (let i = 0; i < 240; i++) {
      const { token, expiresAt } = await shop.mint()
      await settle()
      await shop.clock.advance(15 * minute - 1000)
      expect(shop.clock.now()).toBeLessThan(expiresAt)
      expect(await isAlive(shop, token)).toBe(true)
      await shop.clock.advance(day / 8 - 15 * minute)
    }
    expect(shop.emulator.control.counts().authenticationTokens).toBe(5)
  })

  it('a rotation ends no checkout, and every session token is accepted for 15 minutes', async () => {
    const shop = openShop()
    const minted: { token: string; expiresAt: number }[] = []
    const checkAll = async (): Promise<void> => {
      const promised = minted.filter(({ expiresAt }) => shop.clock.now() < expiresAt)
      for (const { token } of promised) expect(await isAlive(shop, token)).toBe(true)
    }
    for (let i = 0; i < 60; i++) {
      if (i === 20) await shop.forage.pool('web').rotate()
      minted.push(await shop.mint())
      await settle()
      await checkAll()
      await shop.clock.advance(minute)
    }
    expect(shop.emulator.control.counts().authenticationTokens).toBe(2)
    expect(shop.forage.pool('web').status()).toMatchObject({ state: 'ready', draining: 0 })
  })

  it('compromise kills a session token at once, and the next one is accepted', async () => {
    const shop = openShop()
    const { token } = await shop.mint()
    const report = await shop.forage.pool('web').compromise({ reason: 'a drill' })
    expect(report.tokens).toMatchObject([{ revoked: true, verified: 'dead' }])
    expect(await isAlive(shop, token)).toBe(false)
    const { token: next } = await shop.mint()
    expect(await isAlive(shop, next)).toBe(true)
    expect(shop.emulator.control.counts()).toMatchObject({ authenticationTokens: 2, sessionTokens: 2 })
  })

  it('a revoked authentication token is replaced without a failed call', async () => {
    const shop = openShop()
    await shop.mint()
    await shop.clock.advance(minute)
    shop.emulator.control.revokeAuthenticationTokens()
    const { token } = await shop.mint()
    expect(await isAlive(shop, token)).toBe(true)
    expect(shop.emulator.control.counts().authenticationTokens).toBe(2)
  })

  it('an unknown merchant is `merchant_invalid`', async () => {
    const { forage } = openShop()
    const minting = forage.mintSessionToken({ merchantAccount: 'mid/0000000000' })
    await expect(minting).rejects.toMatchObject({ code: 'merchant_invalid', retryable: false })
  })

  it('a disabled application is `credentials_rejected` and works again once it is enabled', async () => {
    const shop = openShop()
    shop.emulator.control.disableApplication()
    await expect(shop.mint()).rejects.toMatchObject({ code: 'credentials_rejected' })
    shop.emulator.control.reset()
    await shop.clock.advance(minute)
    await expect(shop.mint()).resolves.toHaveProperty('token')
  })

  it('a client with a thousand live tokens is `token_limit`, and retried after a minute', async () => {
    const shop = openShop()
    const { clientId, clientSecret, control } = shop.emulator
    const headers = { authorization: `Basic ${btoa(`${clientId}:${clientSecret}`)}` }
    for (let i = 0; i < 1000; i++) {
      const body = new URLSearchParams({ grant_type: 'client_credentials', scope: 'pinpad_only' })
      await shop.emulator.fetch(new Request(`${apiUrl}/o/token/`, { method: 'POST', headers, body }))
    }
    await expect(shop.mint()).rejects.toMatchObject({ code: 'token_limit' })
    control.revokeAuthenticationTokens()
    await shop.clock.advance(minute)
    await expect(shop.mint()).resolves.toHaveProperty('token')
  })

  it('a token that the client limit evicted is replaced without a failed call', async () => {
    const shop = openShop({ tokenCap: 'evict' })
    await shop.mint()
    const { clientId, clientSecret } = shop.emulator
    const headers = { authorization: `Basic ${btoa(`${clientId}:${clientSecret}`)}` }
    for (let i = 0; i < 1000; i++) {
      const body = new URLSearchParams({ grant_type: 'client_credentials', scope: 'pinpad_only' })
      await shop.emulator.fetch(new Request(`${apiUrl}/o/token/`, { method: 'POST', headers, body }))
    }
    await shop.clock.advance(minute)
    const { token } = await shop.mint()
    expect(await isAlive(shop, token)).toBe(true)
  })

  it('forage.fetch creates a payment for a card that the browser tokenized', async () => {
    const shop = openShop()
    const { token } = await shop.mint()
    const card = { type: 'ebt', card: { number: '9999420000000001' }, customer_id: 'alice' }
    const { ref } = await tokenizeCard(shop, token, card)
    const payment = { payment_method: ref, amount: '10.00', funding_type: 'ebt_snap', is_delivery: false }
    const headers = { 'content-type': 'application/json', 'idempotency-key': 'order-1' }
    const init = { method: 'POST', headers, body: JSON.stringify(payment) }
    const created = await shop.forage.fetch('/api/payments/', init, { merchantAccount: shop.merchantAccount })
    expect(created.status).toBe(201)
    expect(await created.json()).toMatchObject({ payment_method: ref, amount: '10.00' })
  })
})
