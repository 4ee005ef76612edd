import { afterEach, beforeEach, expect, test } from 'vitest'

import { startCheckout, type RunningCheckout } from '../../src/checkout-app.ts'
import type { Order, OrderPayment } from '../../src/merchant/api/shop-api.ts'
import { answerWith, forageLine, heldAnswer, lostRequest, type ForageLine } from '../forage-line.ts'
import { isEbt, mixed, split } from '../mixed-order.ts'
import { Shopper } from '../shopper.ts'

let line: ForageLine
let shop: RunningCheckout
let customer: Shopper

beforeEach(async () => {
  line = forageLine()
  shop = await startCheckout({ port: 0, emulatorPort: 0, instances: [{ fetch: line.fetch }] })
  customer = await new Shopper(shop).signIn()
})
afterEach(() => shop.close())

async function halfPaid(): Promise<{ id: string; other: OrderPayment }> {
  const { id } = await customer.checkOutWithCard(mixed)
  const { payments } = await customer.prepare(id, split)
  const [snap, cash] = payments.filter(isEbt)
  await customer.capture(id, snap!)
  return { id, other: cash! }
}

function cancel(id: string): Promise<Order> {
  return customer.order('POST', `/api/orders/${id}/cancel`)
}

function store(): Promise<Shopper> {
  return new Shopper(shop).signIn('store', '/api/store/account')
}

test('a customer who cancels a partly paid order gets the money back', async () => {
  const { id } = await customer.checkOutWithCard(mixed)
  const { payments } = await customer.prepare(id, split)
  await customer.capture(
    id,
    payments.find(({ tender }) => tender === 'ebt_snap')!,
  )
  const canceled = await customer.order('POST', `/api/orders/${id}/cancel`)
  expect(canceled.status).toBe('canceled')
  expect(canceled.payments).toMatchObject([
    { tender: 'ebt_snap', refunds: [{ amountCents: 429, status: 'succeeded' }] },
  ])
  await expect(customer.order('POST', `/api/orders/${id}/cancel`)).rejects.toThrow('order_is_over')
})

test('the store cannot refund a partly paid order, but can cancel it', async () => {
  const { id } = await halfPaid()
  const manager = await store()
  const refund = { tender: 'ebt_snap', amountCents: 100, reason: 'Spoiled', key: 'first' }
  await customer.read(id)
  await expect(manager.order('POST', `/api/store/orders/${id}/refunds`, refund)).rejects.toThrow(
    'order_is_open',
  )
  const canceled = await manager.order('POST', `/api/store/orders/${id}/cancel`)
  expect(canceled).toMatchObject({
    status: 'canceled',
    payments: [{ tender: 'ebt_snap', refunds: [{ amountCents: 429, status: 'succeeded' }] }],
  })
})

test('if the refund of a canceled order is lost, the order stays canceled and the refund is made later', async () => {
  const { id, other } = await halfPaid()
  line.disturb({ method: 'POST', pathEnd: '/refunds/', act: lostRequest })
  expect(await cancel(id)).toMatchObject({
    status: 'canceled',
    payments: [{ tender: 'ebt_snap', refunds: [{ amountCents: 429, status: 'requested' }] }],
  })
  line.disturb()
  await expect(customer.capture(id, other)).rejects.toThrow('/capture/: 4')
  await expect(customer.prepare(id, split)).resolves.toMatchObject({ status: 'canceled' })
  expect(await customer.read(id)).toMatchObject({
    status: 'canceled',
    payments: [{ refunds: [{ amountCents: 429, status: 'succeeded' }] }],
  })
  expect(line.sent('POST', '/refunds/')).toBe(2)
})

test('if the refund of a canceled order fails, the store can make it', async () => {
  const { id } = await customer.checkOutWithCard(mixed)
  const { payments } = await customer.prepare(id, split)
  await customer.capture(
    id,
    payments.find(({ tender }) => tender === 'ebt_snap')!,
  )
  line.disturb({ method: 'POST', pathEnd: '/refunds/', act: answerWith(400) })
  expect(await cancel(id)).toMatchObject({ status: 'canceled', payments: [{ refunds: [] }] })
  line.disturb()
  const refund = { tender: 'ebt_snap', amountCents: 429, reason: 'Canceled', key: 'first' }
  const refunded = await (await store()).order('POST', `/api/store/orders/${id}/refunds`, refund)
  expect(refunded.payments).toMatchObject([{ refunds: [{ amountCents: 429, status: 'succeeded' }] }])
})

test('if the order is canceled while payments are being prepared, they cannot be charged', async () => {
  const { id } = await customer.checkOutWithCard()
  const held = heldAnswer()
  line.disturb({ method: 'POST', pathEnd: '/payments/', act: held.act })
  const preparing = customer.prepare(id, { snapCents: 858 })
  await held.arrived
  expect(await cancel(id)).toMatchObject({ status: 'canceled', payments: [] })
  held.release()
  expect(await preparing).toMatchObject({ status: 'canceled', payments: [] })
  expect(line.sent('POST', '/cancel/')).toBe(1)
})

test('payments that are prepared during a cancellation are canceled with the order', async () => {
  const { id } = await customer.checkOutWithCard(mixed)
  const [first] = (await customer.prepare(id, { snapCents: 429, cardCents: 1399 })).payments.filter(isEbt)
  const held = heldAnswer()
  line.disturb({ method: 'POST', pathEnd: `${first!.ref}/cancel/`, act: held.act })
  const canceling = cancel(id)
  await held.arrived
  const { payments } = await customer.prepare(id, split)
  held.release()
  expect(await canceling).toMatchObject({ status: 'canceled', payments: [] })
  for (const payment of payments.filter(isEbt))
    await expect(customer.capture(id, payment)).rejects.toThrow('/capture/: 4')
})
