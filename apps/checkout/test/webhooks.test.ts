import { createHmac } from 'node:crypto'

import { startEmulator, type RunningEmulator } from '@forage-session/emulator/node'
import { afterEach, beforeEach, expect, test } from 'vitest'

import { startCheckout, type RunningCheckout } from '../src/checkout-app.ts'
import { forageTarget } from '../src/forage-target.ts'
import type { Order } from '../src/merchant/api/shop-api.ts'
import { forageLine, lostAnswer, type ForageLine } from './forage-line.ts'
import { Shopper } from './shopper.ts'

const secret = 'webhook-secret'
let api: RunningEmulator
let line: ForageLine
let shop: RunningCheckout
let customer: Shopper
let manager: Shopper

/** The emulator sends no webhooks here: each test sends its own. */
beforeEach(async () => {
  api = await startEmulator({ port: 0 })
  line = forageLine()
  const target = forageTarget({
    FORAGE_CLIENT_ID: api.emulator.clientId,
    FORAGE_CLIENT_SECRET: api.emulator.clientSecret,
    FORAGE_MERCHANT_ID: '123ab45c67',
    FORAGE_API_URL: api.url,
    FORAGE_VAULT_URL: api.vaultUrl,
    FORAGE_SDK_URL: `${api.url}/sdk/forage.js`,
    FORAGE_WEBHOOK_SECRET: secret,
  })
  shop = await startCheckout({ port: 0, target, instances: [{ fetch: line.fetch }] })
  const withApi = { ...shop, emulator: api }
  customer = await new Shopper(withApi).signIn()
  manager = await new Shopper(withApi).signIn('store', '/api/store/account')
})
afterEach(async () => {
  await shop.close()
  await api.close()
})

/** Sends a signed webhook and returns the status of the answer. */
async function send(data: unknown, event: object = {}, sentAtMs = Date.now()): Promise<number> {
  const type = 'PAYMENT_STATUS_UPDATED'
  const created = '2026-01-15T04:00:00.000000-08:00'
  const body = JSON.stringify({ type, ref: '72672bab12', created, data, ...event })
  const seconds = Math.floor(sentAtMs / 1000)
  const mac = createHmac('sha256', secret).update(`${seconds}.${body}`).digest('hex')
  const headers = { 'Webhook-Signature': `t=${seconds},v1=${mac}`, 'Content-Type': 'application/json' }
  return (await fetch(`${shop.url}/api/webhooks/forage`, { method: 'POST', headers, body })).status
}

/** Captures a payment without a page that reads the order afterwards. */
async function captured(): Promise<{ id: string; ref: string }> {
  const { id } = await customer.checkOutWithCard()
  const { payments } = await customer.prepare(id, { snapCents: 858 })
  await customer.capture(id, payments[0]!)
  return { id, ref: payments[0]!.ref }
}

/** Returns the stored orders. This reads unfinished refunds from Forage, but no payments. */
async function stored(): Promise<Order[]> {
  return (await (await manager.send('GET', '/api/store/orders')).json()) as Order[]
}

/** Creates a payment at Forage that the shop does not know, and returns its ref. */
async function createdAtForage(client: string, metadata: object): Promise<string> {
  const form = new URLSearchParams({ grant_type: 'client_credentials', scope: 'pinpad_only' })
  const authorization = `Basic ${btoa(client)}`
  const issued = await fetch(`${api.url}/o/token/`, {
    method: 'POST',
    headers: { authorization },
    body: form,
  })
  const { access_token: token } = (await issued.json()) as { access_token: string }
  const post = async (path: string, body: object): Promise<{ ref: string }> => {
    const headers = {
      Authorization: `Bearer ${token}`,
      'Content-Type': 'application/json',
      'Merchant-Account': '123ab45c67',
      'Idempotency-Key': path,
    }
    const answer = await fetch(api.url + path, { method: 'POST', headers, body: JSON.stringify(body) })
    return (await answer.json()) as { ref: string }
  }
  const card = { type: 'ebt', card: { number: '9999420000000009' } }
  const { ref: payment_method } = await post('/api/payment_methods/', card)
  return (await post('/api/payments/', { funding_type: 'ebt_snap', payment_method, metadata })).ref
}

test.each([
  ['a payment', (ref: string) => ({ payment_ref: ref, order_ref: null, status: 'succeeded' })],
  ['a payment, with an old status', (ref: string) => ({ payment_ref: ref, status: 'failed' })],
  [
    'an order of Forage with its payments',
    (ref: string) => ({ order_ref: '3ee466e0ef', status: 'processing', payments: [{ payment_ref: ref }] }),
  ],
  ['a refund that names its payment', (ref: string) => ({ refund_ref: '0ddbcda871', payment_ref: ref })],
])('a webhook about %s is a reason to read the state of its order', async (_, dataOf) => {
  const { id, ref } = await captured()
  expect(await stored()).toMatchObject([{ id, status: 'open' }])
  const before = line.sent('GET', '/')
  expect(await send(dataOf(ref))).toBe(204)
  expect(await stored()).toMatchObject([{ id, status: 'paid' }])
  // The shop knows the payment's order, so it reads only the payment's state.
  expect(line.sent('GET', '/') - before).toBe(1)
})

test('a webhook about a refund that names no payment completes the refund whose answer was lost', async () => {
  const { id, ref } = await captured()
  await send({ payment_ref: ref })
  line.disturb({ method: 'POST', pathEnd: '/refunds/', act: lostAnswer })
  const refund = { tender: 'ebt_snap', amountCents: 858, reason: 'Spoiled', key: 'first' }
  await expect(manager.order('POST', `/api/store/orders/${id}/refunds`, refund)).rejects.toThrow(
    'payment_unavailable',
  )
  line.disturb()
  expect(await send({ refund_ref: '0ddbcda871', status: 'succeeded' })).toBe(204)
  expect(line.sent('GET', '/refunds/')).toBe(1)
  expect(await stored()).toMatchObject([{ payments: [{ refunds: [{ status: 'succeeded' }] }] }])
  expect([line.sent('POST', '/refunds/'), line.sent('GET', '/refunds/')]).toEqual([1, 1])
})

test('a webhook about a payment whose answer was lost finds the order through Forage', async () => {
  const { id } = await captured()
  const { clientId, clientSecret } = api.emulator
  const lost = await createdAtForage(`${clientId}:${clientSecret}`, { order_id: id })
  expect(await send({ payment_ref: lost, status: 'requires_confirmation' })).toBe(204)
  expect(await stored()).toMatchObject([{ id, status: 'paid' }])
})

test('a webhook about a payment that Forage does not have is confirmed', async () => {
  await captured()
  expect(await send({ payment_ref: '0000000000', status: 'succeeded' })).toBe(204)
  expect(await stored()).toMatchObject([{ status: 'open' }])
})

test.each([
  ['a payment whose ref is a path', { payment_ref: '../payment_methods/0000000000' }],
  ['an order without known payments', { order_ref: '3ee466e0ef', payments: [null, 7, { payment_ref: 1 }] }],
  ['an unknown refund', { refund_ref: '0ddbcda871' }],
  ['an onboarded merchant', { merchant_fns: '1234567', status: 'live' }],
  ['no data', null],
  ['a text', 'payment_ref'],
])('a webhook about %s is confirmed and causes no request to Forage', async (_, data) => {
  const { ref } = await captured()
  const before = line.sent('GET', '/')
  // The event's own ref never stands for a payment.
  expect(await send(data, { ref })).toBe(204)
  expect(line.sent('GET', '/')).toBe(before)
  expect(await stored()).toMatchObject([{ status: 'open' }])
})

test('a webhook that is older than five minutes is refused', async () => {
  const { ref } = await captured()
  expect(await send({ payment_ref: ref }, {}, Date.now() - 6 * 60_000)).toBe(401)
  expect(await stored()).toMatchObject([{ status: 'open' }])
})
