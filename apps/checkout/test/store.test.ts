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

function refund({ id }: Order, changes: Partial<NewRefund>): Promise<Order> {
  const whole: NewRefund = {
    tender: 'ebt_snap',
    amountCents: 858,
    reason: 'Spoiled',
    key: 'first',
    ...changes,
  }
  return manager.order('POST', `/api/store/orders/${id}/refunds`, whole)
}

test('only staff can list orders and make refunds', async () => {
  const order = await paidOrder()
  await expect(customer.order('GET', '/api/store/orders')).rejects.toThrow('signed_out')
  const path = `/api/store/orders/${order.id}/refunds`
  await expect(customer.order('POST', path, {})).rejects.toThrow('signed_out')
})

test('a refund goes back to its benefit and never exceeds the paid amount', async () => {
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

test('two concurrent requests for the same refund refund once', async () => {
  const order = await paidOrder()
  const both = await Promise.all([refund(order, {}), refund(order, {})])
  for (const { payments } of both) expect(payments[0]!.refunds).toMatchObject([{ amountCents: 858 }])
  const refunds = shop.emulator!.emulator.control.requests().filter(({ path }) => path.endsWith('/refunds/'))
  expect(new Set(refunds.map(({ idempotencyKey }) => idempotencyKey)).size).toBe(1)
})

test('a refund that Forage refuses is reported as failed and leaves no trace', async () => {
  const order = await paidOrder('4333333333333309')
  await expect(refund(order, {})).rejects.toThrow('refund_failed')
  expect((await customer.read(order.id)).payments[0]!.refunds).toEqual([])
})

test.each([{ amountCents: 0 }, { amountCents: -5 }, { amountCents: 0.5 }])(
  'a refund of %j is refused',
  async (invalid) => {
    await expect(refund(await paidOrder(), invalid)).rejects.toThrow('excess_refund')
  },
)

async function refundsInStore(): Promise<OrderRefund[]> {
  const orders = (await (await manager.send('GET', '/api/store/orders')).json()) as Order[]
  return orders.flatMap(({ payments }) => payments.flatMap(({ refunds }) => refunds))
}

const refundRequest = { method: 'POST', pathEnd: '/refunds/' }

test.each([
  ['made, but its answer was lost', lostAnswer, 1],
  ['lost on its way to Forage', lostRequest, 2],
])('a refund that was %s is made once, when the orders are read next', async (_, act, times) => {
  const order = await paidOrder()
  line.disturb({ ...refundRequest, act })
  await expect(refund(order, {})).rejects.toThrow('payment_unavailable')
  line.disturb()
  expect(await refundsInStore()).toMatchObject([{ amountCents: 858, status: 'succeeded' }])
  expect(line.sent('POST', '/refunds/')).toBe(times)
})

test('while Forage does not answer, a refund is shown as requested and the orders can still be read', async () => {
  const order = await paidOrder()
  line.disturb({ ...refundRequest, act: lostRequest })
  await expect(refund(order, {})).rejects.toThrow('payment_unavailable')
  expect(await refundsInStore()).toMatchObject([{ status: 'requested' }])
  expect(await customer.read(order.id)).toMatchObject({ payments: [{ refunds: [{ status: 'requested' }] }] })
})

test('a refund that Forage is processing is shown as such until a read finds that it succeeded', async () => {
  const order = await paidOrder()
  line.disturb({ ...refundRequest, act: changed({ status: 'processing' }) })
  const { payments } = await refund(order, {})
  expect(payments[0]!.refunds).toMatchObject([{ status: 'processing' }])
  line.disturb({ method: 'GET', pathEnd: '/refunds/', act: changed({ status: 'processing' }) })
  expect(await refundsInStore()).toMatchObject([{ status: 'processing' }])
  line.disturb()
  // A read may join one that a webhook began before.
  await expect.poll(refundsInStore).toMatchObject([{ status: 'succeeded' }])
  expect(line.sent('POST', '/refunds/')).toBe(1)
})

test('a refund that fails at Forage later leaves no trace, so that it can be made again', async () => {
  const order = await paidOrder()
  line.disturb({ ...refundRequest, act: changed({ status: 'processing' }) })
  await refund(order, {})
  line.disturb({ method: 'GET', pathEnd: '/refunds/', act: changed({ status: 'failed' }) })
  // A read may join one that a webhook began before.
  await expect.poll(refundsInStore).toEqual([])
})

test('a webhook updates a refund even if the orders are not read', async () => {
  const order = await paidOrder()
  line.disturb({ ...refundRequest, act: lostAnswer })
  await expect(refund(order, {})).rejects.toThrow('payment_unavailable')
  line.disturb()
  const { control } = shop.emulator!.emulator
  const delivered = (): unknown =>
    control.deliveries().filter(({ type, status }) => type === 'REFUND_STATUS_UPDATED' && status === 204)
  await expect.poll(delivered, { timeout: 30_000 }).toHaveLength(1)
  expect(line.sent('GET', '/refunds/')).toBe(1)
  await refundsInStore()
  expect(line.sent('GET', '/refunds/')).toBe(1)
})

test.each([408, 409, 423, 429])(
  'a refund that Forage answers with %i stays reserved and is made once',
  async (status) => {
    const order = await paidOrder()
    line.disturb({ ...refundRequest, act: answerWith(status) })
    await refund(order, { amountCents: 500 }).catch(() => {})
    await expect(refund(order, { key: 'second' })).rejects.toThrow('excess_refund')
    line.disturb()
    expect(await refundsInStore()).toMatchObject([{ amountCents: 500, status: 'succeeded' }])
  },
)
