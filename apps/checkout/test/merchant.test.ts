import { afterEach, beforeEach, expect, test } from 'vitest'

import { startCheckout, type RunningCheckout } from '../src/checkout-app.ts'
import { forageLine } from './forage-line.ts'
import { Shopper } from './shopper.ts'

let shop: RunningCheckout
let customer: Shopper

beforeEach(async () => {
  shop = await startCheckout({ port: 0, emulatorPort: 0 })
  customer = await new Shopper(shop).signIn()
})
afterEach(() => shop.close())

test('only the customer of an order gets session tokens for it', async () => {
  const { id } = await customer.checkOut()
  const response = await customer.sessionToken(id)
  expect(response.status).toBe(200)
  expect(await response.json()).toEqual({ token: expect.any(String), expires_in: expect.any(Number) })

  expect((await new Shopper(shop).sessionToken(id)).status).toBe(401)
  const other = await new Shopper(shop).signIn('james')
  expect((await other.sessionToken(id)).status).toBe(401)
  await expect(other.read(id)).rejects.toThrow('unknown_order')
})

test('after signing out, neither the customer nor a copy of the cookie gets a session token', async () => {
  const { id } = await customer.checkOut()
  const copy = customer.copy()
  expect((await copy.sessionToken(id)).status).toBe(200)
  await customer.send('DELETE', '/api/account')
  expect((await customer.sessionToken(id)).status).toBe(401)
  await expect(customer.read(id)).rejects.toThrow('signed_out')
  expect((await copy.sessionToken(id)).status).toBe(401)
  expect(await (await copy.send('GET', '/api/account')).json()).toBeNull()
})

test('a page of another site can neither get a session token nor create an order', async () => {
  const headers = { Origin: 'https://elsewhere.example', 'Content-Type': 'text/plain' }
  for (const path of ['/api/forage/session-token', '/api/orders', '/api/account', '/api/demo/expire']) {
    const response = await fetch(shop.url + path, { method: 'POST', headers, body: '{}' })
    expect([path, response.status]).toEqual([path, 403])
  }
})

test('an order has the prices of the catalog, not those that the browser sends', async () => {
  const items = [{ productId: 'milk', quantity: 2, priceCents: 1, totalCents: 2 }]
  const response = await customer.send('POST', '/api/orders', { items, totalCents: 2 })
  expect(await response.json()).toMatchObject({ totalCents: 858, snapEligibleCents: 858 })
})

test.each([{}, { items: 'milk' }, { items: [null] }, { items: [{ productId: 'gold', quantity: 1 }] }])(
  'an invalid cart is refused, and the problem says what to do: %j',
  async (body) => {
    const response = await customer.send('POST', '/api/orders', body)
    expect(response.status).toBe(400)
    expect(await response.json()).toMatchObject({
      code: 'invalid_cart',
      detail: expect.stringContaining('again'),
    })
  },
)

test('an unknown card and the card of another customer are refused with the shop’s own error', async () => {
  const { id } = await customer.checkOut()
  await expect(customer.chooseCard(id, 'unknown')).rejects.toThrow('payment_refused')
  const other = await new Shopper(shop).signIn('james')
  const theirs = await other.storeCard((await other.checkOut()).id)
  await expect(customer.chooseCard(id, theirs)).rejects.toThrow('payment_refused')
})

test('a card is saved for the next visit until the customer removes it', async () => {
  const { card } = await customer.checkOutWithCard()
  expect(card).toEqual({ ref: expect.any(String), last4: '0001' })
  const cards = async (): Promise<unknown> => (await customer.send('GET', '/api/cards')).json()
  expect(await cards()).toEqual([card])
  const { id } = await customer.checkOut()
  expect(await customer.chooseCard(id, card!.ref)).toMatchObject({ card })
  await customer.send('DELETE', `/api/cards/${card!.ref}`)
  expect(await cards()).toEqual([])
})

test('the backend forbids caching, and its pages may load only their own files, the SDK and the vault', async () => {
  const { url, vaultUrl } = shop.emulator!
  const response = await customer.send('GET', '/api/config')
  expect(response.headers.get('Cache-Control')).toBe('no-store')
  const policy = response.headers.get('Content-Security-Policy')
  expect(policy).toContain(`script-src 'self' ${url};`)
  expect(policy).toContain(`frame-src ${vaultUrl};`)
  expect(policy).not.toContain('unsafe')
})

test("scripts and other sites cannot use the customer's cookie", async () => {
  const response = await customer.send('POST', '/api/account', { account: 'maria' })
  expect(response.headers.get('Set-Cookie')).toMatch(/HttpOnly; SameSite=Lax$/)
})

test('the health endpoint says that the backend is ready and shows no credential', async () => {
  const response = await customer.send('GET', '/healthz')
  const text = await response.text()
  expect(response.status).toBe(200)
  expect(JSON.parse(text)).toMatchObject({ ready: true })
  expect(text).not.toContain(shop.emulator!.emulator.clientSecret)
})

test('an unexpected error is logged, and the customer is asked to wait', async () => {
  const lines: string[] = []
  const line = forageLine()
  const other = await startCheckout({
    port: 0,
    emulatorPort: 0,
    log: (text) => lines.push(text),
    instances: [{ fetch: line.fetch }],
  })
  try {
    const shopper = await new Shopper(other).signIn()
    const { id } = await shopper.checkOut()
    await expect(shopper.chooseCard(id, 'unknown')).rejects.toThrow('payment_refused')
    expect(lines).toEqual([])
    line.disturb({ method: 'GET', pathEnd: '/card/', act: async () => new Response('no JSON') })
    await expect(shopper.chooseCard(id, 'card')).rejects.toThrow('payment_unavailable')
    expect(lines).toEqual([expect.stringMatching(/^The shop's backend failed: SyntaxError: /)])
  } finally {
    await other.close()
  }
})
