import { afterEach, beforeEach, expect, test } from 'vitest'

import { startCheckout, type RunningCheckout } from '../../src/checkout-app.ts'
import { answerWith, changed, forageLine, heldAnswer, type ForageLine } from '../forage-line.ts'
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

function captures(): number {
  return shop.emulator!.emulator.control.counts().captures
}

test('an order is paid with EBT SNAP, EBT Cash and a card, which is charged last', async () => {
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
  const paid = await customer.settle(id)
  expect(paid.status).toBe('paid')
  expect(paid.payments.every((payment) => payment.status === 'paid')).toBe(true)
  expect(captures()).toBe(2)
})

test('if a benefit may not pay a part of the split, it is refused and no payment is created', async () => {
  const { id } = await customer.checkOutWithCard(mixed)
  for (const wrong of [
    { snapCents: 828, cashCents: 0, cardCents: 1000 },
    { ...split, cardCents: 999 },
  ])
    await expect(customer.prepare(id, wrong)).rejects.toThrow('invalid_split')
  expect((await customer.read(id)).payments).toEqual([])
})

test('two concurrent requests for the same split create the same payments', async () => {
  const { id } = await customer.checkOutWithCard(mixed)
  const [first, second] = await Promise.all([customer.prepare(id, split), customer.prepare(id, split)])
  expect(second.payments).toEqual(first.payments)
  expect((await customer.read(id)).payments).toHaveLength(3)
})

test('a change of the amounts cancels the earlier payments, so that they cannot be charged', async () => {
  const { id } = await customer.checkOutWithCard(mixed)
  const before = await customer.prepare(id, split)
  const after = await customer.prepare(id, { snapCents: 0, cashCents: 828, cardCents: 1000 })
  expect(after.payments.map(({ tender, amountCents }) => [tender, amountCents])).toEqual([
    ['card', 1000],
    ['ebt_cash', 828],
  ])
  const replaced = before.payments.find(({ tender }) => tender === 'ebt_snap')
  await expect(customer.capture(id, replaced!)).rejects.toThrow('/capture/: 4')
  expect(captures()).toBe(0)
})

test('a change of the card replaces the open payments', async () => {
  const { id } = await customer.checkOutWithCard()
  const before = await customer.prepare(id, { snapCents: 858 })
  await customer.chooseCard(id, await customer.storeCard(id, '9999420000000002'))
  const after = await customer.prepare(id, { snapCents: 858 })
  expect(after.payments).toHaveLength(1)
  expect(after.payments[0]!.ref).not.toBe(before.payments[0]!.ref)
})

test('after one payment is paid, its amount cannot change and it is not charged again', async () => {
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

test('an expired payment is replaced', async () => {
  const { id } = await customer.checkOutWithCard()
  const first = await customer.prepare(id, { snapCents: 858 })
  await shop.emulator!.emulator.control.advance(31 * 60_000)
  const second = await customer.prepare(id, { snapCents: 858 })
  expect(second.payments).toHaveLength(1)
  expect(second.payments[0]!.ref).not.toBe(first.payments[0]!.ref)
})

test('benefits need an EBT card, but a gift card can be bought without one', async () => {
  const { id } = await customer.checkOut()
  await expect(customer.prepare(id, { snapCents: 858 })).rejects.toThrow('card_missing')
  const gift = await customer.checkOut({
    items: [{ productId: 'gift-card', quantity: 1 }],
    fulfilment: 'pickup',
  })
  expect(await customer.prepare(gift.id, { cardCents: 1000 })).toMatchObject({ status: 'paid' })
})

test('a webhook completes the order even if the page is closed', async () => {
  const { id } = await customer.checkOutWithCard()
  const { payments } = await customer.prepare(id, { snapCents: 858 })
  await customer.capture(id, payments[0]!)
  const { control } = shop.emulator!.emulator
  await expect.poll(() => control.deliveries().map(({ status }) => status)).toContain(204)
  const manager = await new Shopper(shop).signIn('store', '/api/store/account')
  const orders = await (await manager.send('GET', '/api/store/orders')).json()
  expect(orders).toMatchObject([{ id, status: 'paid' }])
})

test('a webhook with a wrong signature is refused', async () => {
  const response = await fetch(`${shop.url}/api/webhooks/forage`, {
    method: 'POST',
    headers: { 'Webhook-Signature': `t=1,v1=${'0'.repeat(64)}` },
    body: '{}',
  })
  expect(response.status).toBe(401)
})

test.each([
  ['a rate limit', { kind: 'rate-limit' } as const],
  ['a broken gateway', { kind: 'html' } as const],
])('after %s at Forage, the customer is asked to wait and is charged once', async (_, fault) => {
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
  'if Forage answers a payment with %i, it counts as neither refused nor paid, and the customer is asked to wait',
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

test('if two tabs choose different amounts at once, only the payments of one tab stay', async () => {
  const { id } = await customer.checkOutWithCard(mixed)
  const held = heldAnswer()
  line.disturb({ method: 'POST', pathEnd: '/payments/', act: held.act })
  const slow = customer.prepare(id, { snapCents: 0, cashCents: 828, cardCents: 1000 })
  await held.arrived
  const fast = await customer.prepare(id, split)
  held.release()
  expect((await slow).payments).toEqual(fast.payments)
  expect(line.sent('POST', '/cancel/')).toBe(1)
  for (const payment of fast.payments.filter(isEbt)) await customer.capture(id, payment)
  expect(await customer.settle(id)).toMatchObject({ status: 'paid' })
})

const afterExpiryMs = 31 * 60_000

test('a payment that Forage is processing when it expires is neither replaced nor canceled', async () => {
  const { id } = await customer.checkOutWithCard()
  const { payments } = await customer.prepare(id, { snapCents: 858 })
  const { ref } = payments[0]!
  line.disturb({ method: 'GET', pathEnd: `/payments/${ref}/`, act: changed({ status: 'processing' }) })
  await shop.emulator!.emulator.control.advance(afterExpiryMs)
  expect((await customer.read(id)).payments).toMatchObject([{ ref, status: 'processing' }])
  expect((await customer.prepare(id, { snapCents: 858 })).payments).toMatchObject([{ ref }])
  await expect(customer.prepare(id, { snapCents: 0, cashCents: 858 })).rejects.toThrow('payment_processing')
  await expect(customer.order('POST', `/api/orders/${id}/cancel`)).rejects.toThrow('payment_processing')
})

test.each([
  ['succeeded', 'paid'],
  ['failed', 'open'],
])('a payment that was processing and then %s is %s', async (status, expected) => {
  const { id } = await customer.checkOutWithCard()
  const { ref } = (await customer.prepare(id, { snapCents: 858 })).payments[0]!
  const read = { method: 'GET', pathEnd: `/payments/${ref}/` }
  line.disturb({ ...read, act: changed({ status: 'processing' }) })
  await customer.read(id)
  line.disturb({ ...read, act: changed({ status }) })
  expect((await customer.read(id)).payments).toMatchObject([{ ref, status: expected }])
})

test('an order lists its expired payments, but not its canceled ones', async () => {
  const { id } = await customer.checkOutWithCard()
  await customer.prepare(id, { snapCents: 858 })
  const { payments, ranOut } = await customer.prepare(id, { snapCents: 0, cashCents: 858 })
  expect(ranOut).toEqual([])
  await shop.emulator!.emulator.control.advance(afterExpiryMs)
  expect(await customer.read(id)).toMatchObject({ payments: [], ranOut: [payments[0]!.ref] })
})
