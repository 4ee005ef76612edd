import { afterEach, beforeEach, expect, test } from 'vitest'

import { startCheckout, type RunningCheckout } from '../src/checkout-app.ts'
import type { NewRefund, Order, OrderRefund } from '../src/merchant/api/shop-api.ts'
import { answerWith, changed, forageLine, lostAnswer, lostRequest, type ForageLine } from './forage-line.ts'
import { Shopper } from './shopper.ts'

let line: ForageLine
let shop: RunningCheckout
let customer: Shopper
let manager: Shopper

beforeEach(async () => {
  line = forageLine()
  shop = await startCheckout({ port: 0, emulatorPort: 0, instances: [{ fetch: line.fetch }] })
  customer = await new Shopper(shop).signIn()
  manager = await new Shopper(shop).signIn('store', '/api/store/account')
})
afterEach(() => shop.close())

async function paidOrder(number?: string): Promise<Order> {
  const { id } = await customer.checkOutWithCard(undefined, number)
  const { payments } = await customer.prepare(id, { snapCents: 858 })
  await customer.capture(id, payments[0]!)
  return await customer.read(id)
}

function refund({ id }: Order, wanted: Partial<NewRefund>): Promise<Order> {
  const whole: NewRefund = {
    tender: 'ebt_snap',
    amountCents: 858,
    reason: 'Spoiled',
    key: 'first',
    ...wanted,
  }
  return manager.order('POST', `/api/store/orders/${id}/refunds`, whole)
}

test('orders and refunds are for staff only', async () => {
  const order = await paidOrder()
  await expect(customer.order('GET', '/api/store/orders')).rejects.toThrow('signed_out')
  const path = `/api/store/orders/${order.id}/refunds`
  await expect(customer.order('POST', path, {})).rejects.toThrow('signed_out')
})

test('a refund goes back to the benefit it came from, and never more than was paid', async () => {
  const order = await paidOrder()
  expect((await refund(order, { amountCents: 500 })).payments).toMatchObject([
    { refunds: [{ amountCents: 500, reason: 'Spoiled', status: 'succeeded' }] },
  ])
  await expect(refund(order, { amountCents: 359, key: 'second' })).rejects.toThrow('excess_refund')
  await expect(refund(order, { tender: 'ebt_cash', amountCents: 1, key: 'third' })).rejects.toThrow(
    'excess_refund',
  )
  expect((await refund(order, { amountCents: 358, key: 'fourth' })).payments[0]!.refunds).toHaveLength(2)
})

test('a refund that is asked for twice, also at once, is made once', async () => {
  const order = await paidOrder()
  const both = await Promise.all([refund(order, {}), refund(order, {})])
  for (const { payments } of both) expect(payments[0]!.refunds).toMatchObject([{ amountCents: 858 }])
  const refunds = shop.emulator!.emulator.control.requests().filter(({ path }) => path.endsWith('/refunds/'))
  expect(new Set(refunds.map(({ idempotencyKey }) => idempotencyKey)).size).toBe(1)
})

test('a refund that Forage refuses is said to have failed, and can be tried anew', async () => {
  const order = await paidOrder('4333333333333309')
  await expect(refund(order, {})).rejects.toThrow('refund_failed')
  expect((await customer.read(order.id)).payments[0]!.refunds).toEqual([])
})

test.each([{ amountCents: 0 }, { amountCents: -5 }, { amountCents: 0.5 }])(
  '%j is no refund',
  async (wanted) => {
    await expect(refund(await paidOrder(), wanted)).rejects.toThrow('excess_refund')
  },
)

async function refundsInStore(): Promise<OrderRefund[]> {
  const orders = (await (await manager.ask('GET', '/api/store/orders')).json()) as Order[]
  return orders.flatMap(({ payments }) => payments.flatMap(({ refunds }) => refunds))
}

const asksForRefund = { method: 'POST', pathEnd: '/refunds/' }

test.each([
  ['made, and its answer lost', lostAnswer, 1],
  ['never heard of', lostRequest, 2],
])('a refund that was %s is made once, as soon as the orders are read', async (_, act, times) => {
  const order = await paidOrder()
  line.disturb({ ...asksForRefund, act })
  await expect(refund(order, {})).rejects.toThrow('payment_unavailable')
  line.disturb()
  expect(await refundsInStore()).toMatchObject([{ amountCents: 858, status: 'succeeded' }])
  expect(line.sent('POST', '/refunds/')).toBe(times)
})

test('as long as Forage does not answer, a refund is only asked for, and the orders are read', async () => {
  const order = await paidOrder()
  line.disturb({ ...asksForRefund, act: lostRequest })
  await expect(refund(order, {})).rejects.toThrow('payment_unavailable')
  expect(await refundsInStore()).toMatchObject([{ status: 'requested' }])
  expect(await customer.read(order.id)).toMatchObject({ payments: [{ refunds: [{ status: 'requested' }] }] })
})

test('a refund that takes its time at Forage is on its way, until a read finds that it was made', async () => {
  const order = await paidOrder()
  line.disturb({ ...asksForRefund, act: changed({ status: 'processing' }) })
  const { payments } = await refund(order, {})
  expect(payments[0]!.refunds).toMatchObject([{ status: 'processing' }])
  line.disturb({ method: 'GET', pathEnd: '/refunds/', act: changed({ status: 'processing' }) })
  expect(await refundsInStore()).toMatchObject([{ status: 'processing' }])
  line.disturb()
  expect(await refundsInStore()).toMatchObject([{ status: 'succeeded' }])
  expect(line.sent('POST', '/refunds/')).toBe(1)
})

test('a refund that fails at Forage later can be made anew', async () => {
  const order = await paidOrder()
  line.disturb({ ...asksForRefund, act: changed({ status: 'processing' }) })
  await refund(order, {})
  line.disturb({ method: 'GET', pathEnd: '/refunds/', act: changed({ status: 'failed' }) })
  expect(await refundsInStore()).toEqual([])
})

test('a webhook tells that a refund was made, although nobody reads the orders', async () => {
  const order = await paidOrder()
  line.disturb({ ...asksForRefund, act: lostAnswer })
  await expect(refund(order, {})).rejects.toThrow('payment_unavailable')
  line.disturb()
  const { control } = shop.emulator!.emulator
  const told = (): unknown =>
    control.deliveries().filter(({ type, status }) => type === 'REFUND_STATUS_UPDATED' && status === 204)
  await expect.poll(told, { timeout: 30_000 }).toHaveLength(1)
  expect(line.sent('GET', '/refunds/')).toBe(1)
  await refundsInStore()
  expect(line.sent('GET', '/refunds/')).toBe(1)
})

test.each([408, 409, 423, 429])(
  'a refund that Forage answers with %i is not given up: it is made once',
  async (status) => {
    const order = await paidOrder()
    line.disturb({ ...asksForRefund, act: answerWith(status) })
    await refund(order, { amountCents: 500 }).catch(() => {})
    await expect(refund(order, { key: 'second' })).rejects.toThrow('excess_refund')
    line.disturb()
    expect(await refundsInStore()).toMatchObject([{ amountCents: 500, status: 'succeeded' }])
  },
)
