import { afterEach, beforeEach, expect, test } from 'vitest'

import { startCheckout, type RunningCheckout } from '../src/checkout-app.ts'
import type { NewOrder, Order, OrderPayment } from '../src/merchant/api/shop-api.ts'
import { answerWith, changed, forageLine, heldAnswer, lostRequest, type ForageLine } from './forage-line.ts'
import { Shopper } from './shopper.ts'

/** 4.29 for EBT SNAP, 3.99 for EBT Cash, 10.00 for neither. */
const mixed: NewOrder = {
  items: ['milk', 'soap', 'gift-card'].map((productId) => ({ productId, quantity: 1 })),
  fulfilment: 'pickup',
}
const split = { snapCents: 429, cashCents: 399, cardCents: 1000 }

let line: ForageLine
let shop: RunningCheckout
let customer: Shopper

beforeEach(async () => {
  line = forageLine()
  shop = await startCheckout({ port: 0, emulatorPort: 0, instances: [{ fetch: line.fetch }] })
  customer = await new Shopper(shop).signIn()
})
afterEach(() => shop.close())

function captures(): number {
  return shop.emulator!.emulator.control.counts().captures
}

test('an order is paid by EBT SNAP, EBT Cash and a card, the card last', async () => {
  const { id } = await customer.checkOutWithCard(mixed)
  const { payments, status } = await customer.prepare(id, split)
  expect(status).toBe('open')
  const [snap, cash] = payments.filter(({ tender }) => tender !== 'card')
  await customer.capture(id, snap!)
  const half = await customer.read(id)
  expect(half.payments.map(({ tender, status: of }) => [tender, of])).toEqual([
    ['card', 'open'],
    ['ebt_snap', 'paid'],
    ['ebt_cash', 'open'],
  ])
  await customer.capture(id, cash!)
  const paid = await customer.read(id)
  expect(paid.status).toBe('paid')
  expect(paid.payments.every((payment) => payment.status === 'paid')).toBe(true)
  expect(captures()).toBe(2)
})

test('a split that a benefit must not pay is refused, and nothing is made', async () => {
  const { id } = await customer.checkOutWithCard(mixed)
  for (const wrong of [
    { snapCents: 828, cashCents: 0, cardCents: 1000 },
    { ...split, cardCents: 999 },
  ])
    await expect(customer.prepare(id, wrong)).rejects.toThrow('invalid_split')
  expect((await customer.read(id)).payments).toEqual([])
})

test('payments that are asked for twice at once are the same', async () => {
  const { id } = await customer.checkOutWithCard(mixed)
  const [first, second] = await Promise.all([customer.prepare(id, split), customer.prepare(id, split)])
  expect(second.payments).toEqual(first.payments)
  expect((await customer.read(id)).payments).toHaveLength(3)
})

test('other amounts give up the payments of before, so that nobody can charge them', async () => {
  const { id } = await customer.checkOutWithCard(mixed)
  const before = await customer.prepare(id, split)
  const after = await customer.prepare(id, { snapCents: 0, cashCents: 828, cardCents: 1000 })
  expect(after.payments.map(({ tender, amountCents }) => [tender, amountCents])).toEqual([
    ['card', 1000],
    ['ebt_cash', 828],
  ])
  const givenUp = before.payments.find(({ tender }) => tender === 'ebt_snap')
  await expect(customer.capture(id, givenUp!)).rejects.toThrow('/capture/: 4')
  expect(captures()).toBe(0)
})

test('another card takes over what is open', async () => {
  const { id } = await customer.checkOutWithCard()
  const before = await customer.prepare(id, { snapCents: 858 })
  await customer.chooseCard(id, await customer.storeCard(id, '9999420000000002'))
  const after = await customer.prepare(id, { snapCents: 858 })
  expect(after.payments).toHaveLength(1)
  expect(after.payments[0]!.ref).not.toBe(before.payments[0]!.ref)
})

test('what is paid is not paid again: not with another card, not with other amounts', async () => {
  const { id } = await customer.checkOutWithCard(mixed)
  const { payments } = await customer.prepare(id, split)
  await customer.capture(
    id,
    payments.find(({ tender }) => tender === 'ebt_snap')!,
  )
  await expect(customer.prepare(id, { snapCents: 400, cashCents: 428, cardCents: 1000 })).rejects.toThrow(
    'partly_paid',
  )
  const again = await customer.prepare(id, split)
  expect(again.payments.find(({ tender }) => tender === 'ebt_snap')).toMatchObject({ status: 'paid' })
  expect(captures()).toBe(1)
})

test('a payment that ran out after its 30 minutes is replaced', async () => {
  const { id } = await customer.checkOutWithCard()
  const first = await customer.prepare(id, { snapCents: 858 })
  await shop.emulator!.emulator.control.advance(31 * 60_000)
  const second = await customer.prepare(id, { snapCents: 858 })
  expect(second.payments).toHaveLength(1)
  expect(second.payments[0]!.ref).not.toBe(first.payments[0]!.ref)
})

test('without a card no benefit is charged; a gift card needs none', async () => {
  const { id } = await customer.checkOut()
  await expect(customer.prepare(id, { snapCents: 858 })).rejects.toThrow('card_missing')
  const gift = await customer.checkOut({
    items: [{ productId: 'gift-card', quantity: 1 }],
    fulfilment: 'pickup',
  })
  expect(await customer.prepare(gift.id, { cardCents: 1000 })).toMatchObject({ status: 'paid' })
})

test('a customer who cancels half-way gets back what was paid', async () => {
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

test('a webhook pays the order although the page is gone', async () => {
  const { id } = await customer.checkOutWithCard()
  const { payments } = await customer.prepare(id, { snapCents: 858 })
  await customer.capture(id, payments[0]!)
  const { control } = shop.emulator!.emulator
  await expect.poll(() => control.deliveries().map(({ status }) => status)).toContain(204)
  const manager = await new Shopper(shop).signIn('store', '/api/store/account')
  const orders = await (await manager.send('GET', '/api/store/orders')).json()
  expect(orders).toMatchObject([{ id, status: 'paid' }])
})

test('a webhook with a wrong signature is not believed', async () => {
  const response = await fetch(`${shop.url}/api/webhooks/forage`, {
    method: 'POST',
    headers: { 'Webhook-Signature': `t=1,v1=${'0'.repeat(64)}` },
    body: '{}',
  })
  expect(response.status).toBe(401)
})

test.each([
  ['too many requests', { kind: 'rate-limit' } as const],
  ['a broken gateway', { kind: 'html' } as const],
])('%s refuse nobody’s card: the customer is asked to wait, and is charged once', async (_, fault) => {
  const { id } = await customer.checkOutWithCard()
  shop.emulator!.emulator.control.fault({ ...fault, path: '/api/payments/', count: 3 })
  await expect(customer.prepare(id, { snapCents: 858 })).rejects.toThrow('payment_unavailable')
  shop
    .emulator!.emulator.control.faults()
    .forEach((armed) => shop.emulator!.emulator.control.takeBackFault(armed.id))
  const { payments } = await customer.prepare(id, { snapCents: 858 })
  await customer.capture(id, payments[0]!)
  expect(await customer.read(id)).toMatchObject({ status: 'paid' })
  expect(captures()).toBe(1)
})

test.each([408, 409, 423, 429])(
  'a payment that Forage answers with %i is neither refused nor taken for paid: the customer is asked to wait',
  async (status) => {
    const { id } = await customer.checkOutWithCard(mixed)
    line.disturb({ method: 'POST', pathEnd: '/payments/', act: answerWith(status) })
    await expect(customer.prepare(id, split)).rejects.toThrow('payment_unavailable')
    line.disturb()
    await customer.prepare(id, split)
    line.disturb({ method: 'POST', pathEnd: '/cancel/', act: answerWith(status) })
    await expect(customer.order('POST', `/api/orders/${id}/cancel`)).rejects.toThrow('payment_unavailable')
    line.disturb()
    expect(await customer.order('POST', `/api/orders/${id}/cancel`)).toMatchObject({ status: 'canceled' })
  },
)

function isEbt({ tender }: OrderPayment): boolean {
  return tender !== 'card'
}

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

test('an order that is paid in part is not refunded by the store, but canceled', async () => {
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

test('who cancels is charged nothing more, although the answer to the refund was lost', async () => {
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

test('a canceled order whose refund fails can be refunded by the store', async () => {
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

test('who cancels while the payments are being prepared cannot be charged by them', async () => {
  const { id } = await customer.checkOutWithCard()
  const held = heldAnswer()
  line.disturb({ method: 'POST', pathEnd: '/payments/', act: held.act })
  const preparing = customer.prepare(id, { snapCents: 858 })
  await held.isThere
  expect(await cancel(id)).toMatchObject({ status: 'canceled', payments: [] })
  held.letGo()
  expect(await preparing).toMatchObject({ status: 'canceled', payments: [] })
  expect(line.sent('POST', '/cancel/')).toBe(1)
})

test('payments that are prepared while somebody cancels end with the order', async () => {
  const { id } = await customer.checkOutWithCard(mixed)
  const [first] = (await customer.prepare(id, { snapCents: 429, cardCents: 1399 })).payments.filter(isEbt)
  const held = heldAnswer()
  line.disturb({ method: 'POST', pathEnd: `${first!.ref}/cancel/`, act: held.act })
  const canceling = cancel(id)
  await held.isThere
  const { payments } = await customer.prepare(id, split)
  held.letGo()
  expect(await canceling).toMatchObject({ status: 'canceled', payments: [] })
  for (const payment of payments.filter(isEbt))
    await expect(customer.capture(id, payment)).rejects.toThrow('/capture/: 4')
})

test('of two tabs that choose other amounts at once, one prepares, and the other leaves nothing behind', async () => {
  const { id } = await customer.checkOutWithCard(mixed)
  const held = heldAnswer()
  line.disturb({ method: 'POST', pathEnd: '/payments/', act: held.act })
  const slow = customer.prepare(id, { snapCents: 0, cashCents: 828, cardCents: 1000 })
  await held.isThere
  const fast = await customer.prepare(id, split)
  held.letGo()
  expect((await slow).payments).toEqual(fast.payments)
  expect(line.sent('POST', '/cancel/')).toBe(1)
  for (const payment of fast.payments.filter(isEbt)) await customer.capture(id, payment)
  expect(await customer.read(id)).toMatchObject({ status: 'paid' })
})

const past = 31 * 60_000

test('a payment that is being made as its 30 minutes end is neither paid again nor given up', async () => {
  const { id } = await customer.checkOutWithCard()
  const { payments } = await customer.prepare(id, { snapCents: 858 })
  const { ref } = payments[0]!
  line.disturb({ method: 'GET', pathEnd: `/payments/${ref}/`, act: changed({ status: 'processing' }) })
  await shop.emulator!.emulator.control.advance(past)
  expect((await customer.read(id)).payments).toMatchObject([{ ref, status: 'processing' }])
  expect((await customer.prepare(id, { snapCents: 858 })).payments).toMatchObject([{ ref }])
  await expect(customer.prepare(id, { snapCents: 0, cashCents: 858 })).rejects.toThrow('payment_processing')
  await expect(cancel(id)).rejects.toThrow('payment_processing')
})

test.each([
  ['succeeded', 'paid'],
  ['failed', 'open'],
])('a payment that was being made and has %s is %s', async (status, known) => {
  const { id } = await customer.checkOutWithCard()
  const { ref } = (await customer.prepare(id, { snapCents: 858 })).payments[0]!
  const read = { method: 'GET', pathEnd: `/payments/${ref}/` }
  line.disturb({ ...read, act: changed({ status: 'processing' }) })
  await customer.read(id)
  line.disturb({ ...read, act: changed({ status }) })
  expect((await customer.read(id)).payments).toMatchObject([{ ref, status: known }])
})

test('an order tells which payments ran out, and not which were given up', async () => {
  const { id } = await customer.checkOutWithCard()
  await customer.prepare(id, { snapCents: 858 })
  const { payments, ranOut } = await customer.prepare(id, { snapCents: 0, cashCents: 858 })
  expect(ranOut).toEqual([])
  await shop.emulator!.emulator.control.advance(past)
  expect(await customer.read(id)).toMatchObject({ payments: [], ranOut: [payments[0]!.ref] })
})
