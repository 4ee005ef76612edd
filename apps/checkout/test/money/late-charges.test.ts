import { createHmac } from 'node:crypto'

import { afterEach, beforeEach, expect, test } from 'vitest'

import type { NewRefund, Order, OrderPayment } from '../../src/merchant/api/shop-api.ts'
import {
  answerWith,
  changed,
  forageLine,
  heldAnswer,
  lostAnswer,
  lostRequest,
  type ForageLine,
} from '../forage-line.ts'
import { isEbt, mixed, split } from '../mixed-order.ts'
import type { Shopper } from '../shopper.ts'
import { startQuietShop, webhookSecret, type QuietShop } from './quiet-shop.ts'

let line: ForageLine
let shop: QuietShop
let customer: Shopper
let manager: Shopper
/** The refs of the payments that Forage created, even if the answer was lost. */
let created: string[]

beforeEach(async () => {
  line = forageLine(watched)
  created = []
  shop = await startQuietShop({ log: () => {}, instances: [{ fetch: line.fetch }] })
  customer = await shop.signIn('maria')
  manager = await shop.signIn('store', '/api/store/account')
})
afterEach(() => shop.close())

const watched: typeof fetch = async (input, init) => {
  const request = new Request(input, init)
  const answer = await fetch(request)
  if (request.method === 'POST' && request.url.endsWith('/api/payments/'))
    created.push(((await answer.clone().json()) as OrderPayment).ref)
  return answer
}

const milk = { snapCents: 858 }
const cancelCall = { method: 'POST', pathEnd: '/cancel/' }

function cancel(id: string): Promise<Order> {
  return customer.order('POST', `/api/orders/${id}/cancel`)
}

async function webhook(data: object): Promise<number> {
  const body = JSON.stringify({ type: 'PAYMENT_STATUS_UPDATED', ref: '72672bab12', data })
  const seconds = Math.floor(Date.now() / 1000)
  const mac = createHmac('sha256', webhookSecret).update(`${seconds}.${body}`).digest('hex')
  const headers = { 'Webhook-Signature': `t=${seconds},v1=${mac}` }
  return (await fetch(`${shop.url}/api/webhooks/forage`, { method: 'POST', headers, body })).status
}

/** Cancels an order while Forage creates its payment, and loses the cancellation of that payment. */
async function canceledWithOpenPayment(): Promise<{
  id: string
  payment: Pick<OrderPayment, 'ref' | 'cardRef'>
}> {
  const { id, card } = await customer.checkOutWithCard()
  const held = heldAnswer()
  line.disturb({ method: 'POST', pathEnd: '/payments/', act: held.act })
  const preparing = customer.prepare(id, milk)
  await held.arrived
  await cancel(id)
  line.disturb({ ...cancelCall, act: lostRequest })
  held.release()
  expect(await preparing).toMatchObject({ status: 'canceled', payments: [] })
  return { id, payment: { ref: created[0]!, cardRef: card!.ref } }
}

const fullRefund = { amountCents: 858, reason: 'Order canceled', status: 'succeeded' }

test('the open payment of a canceled order is canceled again until that succeeds', async () => {
  const { id, payment } = await canceledWithOpenPayment()
  const attempts = line.sent('POST', '/cancel/')
  await customer.read(id)
  await manager.send('GET', '/api/store/orders')
  expect(line.sent('POST', '/cancel/')).toBe(attempts + 2)
  line.disturb()
  await customer.read(id)
  await expect(customer.capture(id, payment)).rejects.toThrow('/capture/: 4')
  await customer.read(id)
  expect(line.sent('POST', '/cancel/')).toBe(attempts + 3)
})

test.each([
  ['the customer reads it', ({ id }: { id: string }) => customer.read(id)],
  ['the store reads it', () => manager.send('GET', '/api/store/orders')],
  ['a webhook arrives', ({ ref }: { ref: string }) => webhook({ payment_ref: ref })],
])('if a canceled order is charged late, the charge is refunded when %s', async (_, act) => {
  const { id, payment } = await canceledWithOpenPayment()
  line.disturb()
  await customer.capture(id, payment)
  await act({ id, ref: payment.ref })
  expect(line.sent('POST', '/refunds/')).toBe(1)
  expect(await customer.read(id)).toMatchObject({ status: 'canceled', payments: [{ refunds: [fullRefund] }] })
  expect(line.sent('POST', '/refunds/')).toBe(1)
})

test('while a payment of a canceled order can still be charged, Forage is asked to repeat the webhook', async () => {
  const { payment } = await canceledWithOpenPayment()
  expect(await webhook({ payment_ref: payment.ref })).toBe(503)
  line.disturb()
  expect(await webhook({ payment_ref: payment.ref })).toBe(204)
})

test('if the answer to a new payment is lost and the order is canceled, the payment is found and canceled', async () => {
  const { id, card } = await customer.checkOutWithCard()
  line.disturb({ method: 'POST', pathEnd: '/payments/', act: lostAnswer })
  await expect(customer.prepare(id, milk)).rejects.toThrow('payment_unavailable')
  line.disturb()
  expect(await cancel(id)).toMatchObject({ status: 'canceled' })
  await customer.read(id)
  const payment = { ref: created[0]!, cardRef: card!.ref }
  await expect(customer.capture(id, payment)).rejects.toThrow('/capture/: 4')
})

test('if a payment is charged whose answer was lost, a webhook makes the order paid', async () => {
  const { id, card } = await customer.checkOutWithCard()
  line.disturb({ method: 'POST', pathEnd: '/payments/', act: lostAnswer })
  await customer.prepare(id, milk).catch(() => {})
  line.disturb()
  await customer.capture(id, { ref: created[0]!, cardRef: card!.ref })
  expect(await webhook({ payment_ref: created[0] })).toBe(204)
  expect(await customer.read(id)).toMatchObject({ status: 'paid', payments: [{ ref: created[0] }] })
})

test('if a payment is charged during the cancellation, the order is canceled and the charge is refunded', async () => {
  const { id } = await customer.checkOutWithCard()
  const [payment] = (await customer.prepare(id, milk)).payments
  const held = heldAnswer()
  line.disturb({ method: 'GET', pathEnd: `/payments/${payment!.ref}/`, act: held.act })
  const canceling = cancel(id)
  await held.arrived
  await customer.capture(id, payment!)
  held.release()
  expect(await canceling).toMatchObject({ status: 'canceled', payments: [{ refunds: [fullRefund] }] })
})

test('if the cancellation of a payment fails, the order is not canceled either, and can be canceled again', async () => {
  const { id } = await customer.checkOutWithCard(mixed)
  const { payments } = await customer.prepare(id, split)
  line.disturb({ ...cancelCall, act: lostRequest })
  await expect(cancel(id)).rejects.toThrow('payment_unavailable')
  expect(await customer.read(id)).toMatchObject({ status: 'open' })
  line.disturb()
  expect(await cancel(id)).toMatchObject({ status: 'canceled', payments: [] })
  for (const payment of payments.filter(isEbt))
    await expect(customer.capture(id, payment)).rejects.toThrow('/capture/: 4')
})

test('if a payment that is over is charged nevertheless, a webhook makes the shop refund it', async () => {
  const { id } = await customer.checkOutWithCard()
  const { ref } = (await customer.prepare(id, milk)).payments[0]!
  await customer.prepare(id, { snapCents: 0, cashCents: 858 })
  line.disturb({ method: 'GET', pathEnd: `/payments/${ref}/`, act: changed({ status: 'succeeded' }) })
  // Forage refuses this refund, because it has not charged the payment. The request is what counts here.
  await webhook({ payment_ref: ref })
  expect(line.sent('POST', `/payments/${ref}/refunds/`)).toBe(1)
  expect(await customer.read(id)).toMatchObject({ status: 'open', payments: [{ tender: 'ebt_cash' }] })
})

test('if the refund of a late charge fails, the store sees the charge and can refund it, also while the order is open', async () => {
  const { id } = await customer.checkOutWithCard()
  const { ref } = (await customer.prepare(id, milk)).payments[0]!
  await customer.prepare(id, { snapCents: 0, cashCents: 858 })
  line.disturb({ method: 'GET', pathEnd: `/payments/${ref}/`, act: changed({ status: 'succeeded' }) })
  // Forage refuses the refund, because it has not charged the payment.
  await webhook({ payment_ref: ref })
  const orders = (await (await manager.send('GET', '/api/store/orders')).json()) as Order[]
  expect(orders[0]).toMatchObject({
    status: 'open',
    extraCharges: [{ ref, tender: 'ebt_snap', amountCents: 858, status: 'paid', refunds: [] }],
  })
  const pathEnd = `/payments/${ref}/refunds/`
  const act = async (): Promise<Response> => Response.json({ status: 'succeeded' }, { status: 201 })
  line.disturb({ method: 'POST', pathEnd, act })
  await expect(refund(id, { amountCents: 858 })).resolves.toMatchObject({
    extraCharges: [{ ref, refunds: [{ amountCents: 858, status: 'succeeded' }] }],
  })
  await expect(refund(id, { tender: 'ebt_cash', key: 'second' })).rejects.toThrow('order_is_open')
})

test('a payment that Forage refused does not exist, so nothing is left to cancel', async () => {
  const { id } = await customer.checkOutWithCard()
  line.disturb({ method: 'POST', pathEnd: '/payments/', act: answerWith(400) })
  await expect(customer.prepare(id, milk)).rejects.toThrow('payment_refused')
  await cancel(id)
  await customer.read(id)
  expect(line.sent('POST', '/payments/')).toBe(1)
})

async function paidOrder(): Promise<string> {
  const { id } = await customer.checkOutWithCard(mixed)
  const { payments } = await customer.prepare(id, split)
  for (const payment of payments.filter(isEbt)) await customer.capture(id, payment)
  await customer.settle(id)
  return id
}

function refund(id: string, changes: Partial<NewRefund>): Promise<Order> {
  const whole = { tender: 'ebt_snap', amountCents: 429, reason: 'Spoiled', key: 'first', ...changes }
  return manager.order('POST', `/api/store/orders/${id}/refunds`, whole)
}

test.each([
  ['is empty', ''],
  ['is too long', 'x'.repeat(256)],
  ['has a space', 'first refund'],
  ['has a letter that no header can carry', 'café'],
  ['has a control character', 'first\n'],
])('a refund whose key %s is refused, and nothing is reserved for it', async (_, key) => {
  const id = await paidOrder()
  for (const tender of ['ebt_snap', 'card'] as const)
    await expect(refund(id, { tender, key })).rejects.toThrow('invalid_request')
  expect((await customer.read(id)).payments.flatMap(({ refunds }) => refunds)).toEqual([])
  expect(line.sent('POST', '/refunds/')).toBe(0)
  await expect(refund(id, { key: 'x'.repeat(255) })).resolves.toMatchObject({ id })
})

test('one key refunds once, even if a second request with it names another tender', async () => {
  const id = await paidOrder()
  await refund(id, {})
  const { payments } = await refund(id, { tender: 'ebt_cash', amountCents: 100 })
  expect(payments.flatMap(({ refunds }) => refunds)).toMatchObject([{ key: 'first', amountCents: 429 }])
})
