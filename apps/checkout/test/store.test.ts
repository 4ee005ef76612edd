import { afterEach, beforeEach, expect, test } from 'vitest'

import { startCheckout, type RunningCheckout } from '../src/checkout-app.ts'
import type { NewRefund, Order } from '../src/merchant/shop-api.ts'
import { Shopper } from './shopper.ts'

let shop: RunningCheckout
let customer: Shopper
let manager: Shopper

beforeEach(async () => {
  shop = await startCheckout({ port: 0, emulatorPort: 0 })
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
