import { afterEach, beforeEach, expect, test } from 'vitest'

import type { Order } from '../../src/merchant/api/shop-api.ts'
import { forageLine, lostAnswer, lostRequest, type ForageLine } from '../forage-line.ts'
import { isEbt, mixed, split } from '../mixed-order.ts'
import type { Shopper } from '../shopper.ts'
import { cardLine, heldCall, unanswered, type CardLine } from './card-line.ts'
import { startQuietShop, type QuietShop } from './quiet-shop.ts'

let line: ForageLine
let cards: CardLine
let shop: QuietShop
let customer: Shopper

beforeEach(async () => {
  line = forageLine()
  cards = cardLine()
  shop = await startQuietShop({
    cardProcessor: cards.connect,
    log: () => {},
    instances: [{ fetch: line.fetch }],
  })
  customer = await shop.signIn('maria')
})
afterEach(() => shop.close())

const released = { chargedCents: 0, refundedCents: 0, isOpen: false }
const held = { ...released, isOpen: true }
const charged = { ...released, chargedCents: 1000 }
const refunded = { ...charged, refundedCents: 1000 }
const other = { snapCents: 0, cashCents: 0, cardCents: 1828 }

function cancel(id: string): Promise<Order> {
  return customer.order('POST', `/api/orders/${id}/cancel`)
}

/** Creates an order whose benefits are charged, so that only the card is left. */
async function benefitsCharged(): Promise<string> {
  const { id } = await customer.checkOutWithCard(mixed)
  const { payments } = await customer.prepare(id, split)
  for (const payment of payments.filter(isEbt)) await customer.capture(id, payment)
  return id
}

test.each([
  ['lost', lostRequest],
  ['made, but its answer is lost', lostAnswer],
])('if a benefit cannot be prepared because its call is %s, the card is not held', async (_, act) => {
  const { id } = await customer.checkOutWithCard(mixed)
  line.disturb({ method: 'POST', pathEnd: '/payments/', act })
  await expect(customer.prepare(id, split)).rejects.toThrow('payment_unavailable')
  expect((await customer.read(id)).payments).toEqual([])
  expect(cards.book()).toEqual([])
  line.disturb()
  expect((await customer.prepare(id, split)).payments).toHaveLength(3)
  expect(cards.book()).toEqual([held])
})

test.each([
  ['the same split uses it', (id: string) => customer.prepare(id, split), [held]],
  ['the cancellation releases it', cancel, [released]],
])('if the answer to a hold is lost, %s', async (_, next, expected) => {
  const { id } = await customer.checkOutWithCard(mixed)
  cards.disturb('authorize', unanswered)
  await expect(customer.prepare(id, split)).rejects.toThrow('payment_unavailable')
  expect(cards.book()).toEqual([held])
  cards.disturb()
  await next(id)
  await customer.read(id)
  expect(cards.book()).toEqual(expected)
})

test('a hold of another amount is released when the amounts change, also if its answer was lost', async () => {
  const { id } = await customer.checkOutWithCard(mixed)
  cards.disturb('authorize', unanswered)
  await customer.prepare(id, split).catch(() => {})
  cards.disturb()
  expect(await customer.prepare(id, other)).toMatchObject({ status: 'paid' })
  await customer.read(id)
  expect(cards.book()).toEqual([released, { ...charged, chargedCents: 1828 }])
})

test('a hold whose answer comes after the order was canceled is released', async () => {
  const { id } = await customer.checkOutWithCard(mixed)
  const late = heldCall()
  cards.disturb('authorize', late.act)
  const preparing = customer.prepare(id, split)
  await late.arrived
  expect(await cancel(id)).toMatchObject({ status: 'canceled', payments: [] })
  late.release()
  expect(await preparing).toMatchObject({ status: 'canceled', payments: [] })
  expect(cards.book()).toEqual([released])
})

test('after one hold was released, the next one of the same order is released, too', async () => {
  const { id } = await customer.checkOutWithCard(mixed)
  await customer.prepare(id, split)
  await customer.prepare(id, { snapCents: 429, cashCents: 0, cardCents: 1399 })
  await cancel(id)
  expect(cards.book()).toEqual([released, released])
  expect(cards.made('refund')).toBe(0)
})

test('while the card is charged, a cancellation refunds what was charged', async () => {
  const id = await benefitsCharged()
  const late = heldCall()
  cards.disturb('capture', late.act)
  const settling = customer.settle(id)
  await late.arrived
  const canceled = await cancel(id)
  expect(canceled.status).toBe('canceled')
  expect(canceled.payments.map(({ tender, refunds }) => [tender, refunds[0]?.amountCents])).toEqual([
    ['card', 1000],
    ['ebt_snap', 429],
    ['ebt_cash', 399],
  ])
  late.release()
  expect(await settling).toMatchObject({ status: 'canceled' })
  expect(cards.book()).toEqual([refunded])
})

test.each([
  ['the next request finds it, and the order is paid', (id: string) => customer.settle(id), 'paid', charged],
  ['a cancellation refunds it', cancel, 'canceled', refunded],
])('if the answer to a charge is lost, %s', async (_, next, status, book) => {
  const id = await benefitsCharged()
  cards.disturb('capture', unanswered)
  await expect(customer.settle(id)).rejects.toThrow('payment_unavailable')
  cards.disturb()
  expect(await next(id)).toMatchObject({ status })
  expect(cards.book()).toEqual([book])
})

test('if the answer to a release is lost, the order can still be paid, with a new hold', async () => {
  const { id } = await customer.checkOutWithCard(mixed)
  await customer.prepare(id, split)
  cards.disturb('release', unanswered)
  await expect(cancel(id)).rejects.toThrow('payment_unavailable')
  cards.disturb()
  const first = await customer.prepare(id, split)
  for (const payment of first.payments.filter(isEbt)) await customer.capture(id, payment)
  expect(await customer.settle(id)).toMatchObject({ status: 'open' })
  expect(await customer.prepare(id, split)).toMatchObject({ status: 'paid' })
  expect(cards.book()).toEqual([released, charged])
})

test('an order is not paid if the card processor has released the hold on its own', async () => {
  const id = await benefitsCharged()
  cards.disturb('capture', async () => false)
  const order = await customer.settle(id)
  expect(order.status).toBe('open')
  expect(order.payments.map(({ tender }) => tender)).toEqual(['ebt_snap', 'ebt_cash'])
})

test('requests, tabs and webhooks that settle an order at the same time charge the card once', async () => {
  const id = await benefitsCharged()
  const all = await Promise.all([customer.settle(id), customer.settle(id), customer.prepare(id, split)])
  for (const { status } of all) expect(status).toBe('paid')
  expect(cards.book()).toEqual([charged])
})

test('if the customer or the store reads an order, nothing is charged', async () => {
  const id = await benefitsCharged()
  const manager = await shop.signIn('store', '/api/store/account')
  for (const method of ['GET', 'HEAD']) {
    await customer.send(method, `/api/orders/${id}`)
    await customer.send(method, `/api/orders/${id}/settle`)
    await manager.send(method, '/api/store/orders')
  }
  expect(await customer.read(id)).toMatchObject({ status: 'open' })
  expect(cards.made('capture')).toBe(0)
  expect(await customer.settle(id)).toMatchObject({ status: 'paid' })
})

test('a refund that the card processor refuses is reported as failed, and nothing stays reserved for it', async () => {
  const id = await benefitsCharged()
  await customer.settle(id)
  const manager = await shop.signIn('store', '/api/store/account')
  const refund = (key: string): Promise<Order> => {
    const body = { tender: 'card', amountCents: 1000, reason: 'Spoiled', key }
    return manager.order('POST', `/api/store/orders/${id}/refunds`, body)
  }
  cards.disturb('refund', async () => false)
  await expect(refund('first')).rejects.toThrow('refund_failed')
  cards.disturb()
  await refund('second')
  expect(cards.book()).toEqual([refunded])
})

test('only the customer of an order can settle it', async () => {
  const { id } = await customer.checkOutWithCard(mixed)
  const james = await shop.signIn('james')
  await expect(james.settle(id)).rejects.toThrow('unknown_order')
  await customer.send('DELETE', '/api/account')
  await expect(customer.settle(id)).rejects.toThrow('signed_out')
})

test('a canceled order is never charged, also if its payments are settled or prepared again', async () => {
  const { id } = await customer.checkOutWithCard(mixed)
  await customer.prepare(id, split)
  await cancel(id)
  await customer.settle(id)
  await customer.prepare(id, split)
  expect(cards.made('capture')).toBe(0)
  expect(cards.book()).toEqual([released])
})
