import { afterEach, beforeEach, expect, test } from 'vitest'

import { startCheckout, type RunningCheckout } from '../src/checkout-app.ts'
import { Shopper } from './shopper.ts'

let shop: RunningCheckout
let customer: Shopper

beforeEach(async () => {
  shop = await startCheckout({ port: 0, emulatorPort: 0 })
  customer = new Shopper(shop)
})
afterEach(() => shop.close())

test('a session token is for the customer of the checkout, and for nobody else', async () => {
  const { id } = await customer.checkOut()
  const granted = await customer.sessionToken(id)
  expect(granted.status).toBe(200)
  expect(await granted.json()).toEqual({ token: expect.any(String), expires_in: expect.any(Number) })

  const stranger = new Shopper(shop)
  expect((await stranger.sessionToken(id)).status).toBe(401)
  await stranger.checkOut()
  expect((await stranger.sessionToken(id)).status).toBe(401)
})

test("another site's page gets no session token and starts no checkout", async () => {
  const headers = { Origin: 'https://elsewhere.example', 'Content-Type': 'text/plain' }
  for (const path of ['/api/forage/session-token', '/api/checkouts', '/api/demo/expire']) {
    const response = await fetch(shop.url + path, { method: 'POST', headers, body: '{}' })
    expect([path, response.status]).toEqual([path, 403])
  }
})

test('a checkout costs what the catalogue says, whatever the browser sends', async () => {
  const items = [{ productId: 'milk', quantity: 2, priceCents: 1, totalCents: 2 }]
  const response = await customer.ask('POST', '/api/checkouts', { items, totalCents: 2 })
  expect(await response.json()).toMatchObject({ totalCents: 858 })
})

test.each([{}, { items: 'milk' }, { items: [null] }, { items: [{ productId: 'gold', quantity: 1 }] }])(
  'a cart that cannot be read is refused with what to do: %j',
  async (body) => {
    const response = await customer.ask('POST', '/api/checkouts', body)
    expect(response.status).toBe(400)
    expect(await response.json()).toMatchObject({
      code: 'invalid_cart',
      detail: expect.stringContaining('again'),
    })
  },
)

test('a checkout has one payment for a card, also if it is asked for twice at once', async () => {
  const { id } = await customer.checkOut()
  const card = await customer.storeCard(id)
  const answers = await Promise.all([1, 2].map(() => customer.preparePayment(id, card)))
  const [first, second] = await Promise.all(answers.map((answer) => answer.json()))
  expect(first).toEqual({ paymentRef: expect.any(String), isPaid: false })
  expect(second).toEqual(first)
})

test('a checkout that was paid is not paid with a second card', async () => {
  const { id } = await customer.checkOut()
  const [card, otherCard] = [await customer.storeCard(id), await customer.storeCard(id, '9999420000000002')]
  const { paymentRef } = (await (await customer.preparePayment(id, card)).json()) as { paymentRef: string }
  await customer.capture(id, paymentRef, card)
  expect(await (await customer.preparePayment(id, otherCard)).json()).toEqual({ paymentRef, isPaid: true })
})

test('a payment that ran out after its 30 minutes is replaced', async () => {
  const { id } = await customer.checkOut()
  const card = await customer.storeCard(id)
  const first = (await (await customer.preparePayment(id, card)).json()) as { paymentRef: string }
  await shop.emulator!.emulator.control.advance(31 * 60_000)
  const second = (await (await customer.preparePayment(id, card)).json()) as { paymentRef: string }
  expect(second.paymentRef).not.toBe(first.paymentRef)
})

test('a card that Forage does not know is refused without its words', async () => {
  const { id } = await customer.checkOut()
  const response = await customer.preparePayment(id, 'unknown')
  expect(response.status).toBe(502)
  expect(await response.json()).toMatchObject({ code: 'payment_refused', status: 502 })
})

test('answers of the backend are never stored, and its page may load only itself, the SDK and the vault', async () => {
  const { url, vaultUrl } = shop.emulator!
  const response = await customer.ask('GET', '/api/config')
  expect(response.headers.get('Cache-Control')).toBe('no-store')
  const policy = response.headers.get('Content-Security-Policy')
  expect(policy).toContain(`script-src 'self' ${url};`)
  expect(policy).toContain(`frame-src ${vaultUrl};`)
  expect(policy).not.toContain('unsafe')
})

test("the customer's cookie is out of reach of scripts and of other sites", async () => {
  const response = await customer.ask('POST', '/api/checkouts', {
    items: [{ productId: 'milk', quantity: 1 }],
  })
  expect(response.headers.get('Set-Cookie')).toMatch(/HttpOnly; SameSite=Lax$/)
})
