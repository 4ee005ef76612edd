import { expect, test } from 'vitest'

import { field } from '../support/merchant.ts'
import { openShop, type Shop } from '../support/shop.ts'

interface Event {
  readonly type: string
  readonly ref: string
  readonly data: Readonly<Record<string, unknown>>
}

/** Opens a shop with a webhook. `events(n)` returns the events, as soon as there are `n` of them. */
async function shopWithWebhook(): Promise<{ shop: Shop; events(count: number): Promise<Event[]> }> {
  const received: Event[] = []
  let onEvent = (): void => {}
  const shop = await openShop({
    webhooks: [{ url: 'https://shop.example/webhooks', secret: 'secret' }],
    fetch: async (_url, init) => {
      received.push(JSON.parse(init?.body as string) as Event)
      onEvent()
      return new Response()
    },
  })
  const events = async (count: number): Promise<Event[]> => {
    while (received.length < count) await new Promise<void>((resolve) => (onEvent = resolve))
    return received
  }
  return { shop, events }
}

test('a new status of an order is sent to webhooks with its totals and payments', async () => {
  const { shop, events } = await shopWithWebhook()
  const ref = await shop.fullyHosted({ external_order_id: 'shop-1' })
  await shop.pay(ref)
  const orders = (await events(4)).filter(({ type }) => type === 'ORDER_STATUS_UPDATED')
  const payment = { merchant_fns: '9000055', merchant_id: '123ab45c67', order_ref: ref }
  expect(orders).toHaveLength(2)
  // docs.joinforage.app/docs/webhooks-event-reference
  expect(orders).toContainEqual({
    type: 'ORDER_STATUS_UPDATED',
    ref: expect.not.stringMatching(ref),
    created: '2026-01-15T04:00:00.000000-08:00',
    data: {
      ...payment,
      external_order_id: 'shop-1',
      snap_total: '25.99',
      ebt_cash_total: '20.00',
      remaining_total: '5.99',
      status: 'succeeded',
      payments: [
        {
          ...payment,
          payment_ref: expect.any(String),
          funding_type: 'ebt_snap',
          amount: '25.99',
          status: 'succeeded',
        },
        {
          ...payment,
          payment_ref: expect.any(String),
          funding_type: 'ebt_cash',
          amount: '20.00',
          status: 'succeeded',
        },
      ],
    },
  })
})

test('a canceled order is sent to webhooks, and a refused cancellation is not', async () => {
  const { shop, events } = await shopWithWebhook()
  const ref = await shop.fullyHosted()
  await shop.call('POST', `/api/orders/${ref}/cancel/`)
  await shop.call('POST', `/api/orders/${ref}/cancel/`)
  const { redirect_url: url } = (await shop.call('POST', '/api/accounts/merchants/onboarding_session/', {}))
    .body as { redirect_url: string }
  const submit = async (fns: string): Promise<unknown> =>
    shop.send(url.replace('http://localhost', ''), {
      method: 'POST',
      body: new URLSearchParams({ name: 'Corner Store', fns_number: fns }),
    })
  await submit('1')
  await submit('1234567')
  expect((await events(5)).map(({ type }) => type).toSorted()).toEqual([
    'MERCHANT_ONBOARDING_LIVE',
    'MERCHANT_ONBOARDING_SUBMITTED',
    'MERCHANT_ONBOARDING_SUBMITTED',
    'MERCHANT_ONBOARDING_VERIFICATION_FAILED',
    'ORDER_STATUS_UPDATED',
  ])
})

test('every event has a status, onboarding events as well', async () => {
  const { shop, events } = await shopWithWebhook()
  const { redirect_url: url } = (await shop.call('POST', '/api/accounts/merchants/onboarding_session/', {}))
    .body as { redirect_url: string }
  for (const fns_number of ['1', '1234567'])
    await shop.send(url.replace('http://localhost', ''), {
      method: 'POST',
      body: new URLSearchParams({ name: 'Corner Store', fns_number }),
    })
  const statuses = (await events(4)).map(({ data }) => String(data['status']))
  expect(statuses.toSorted()).toEqual(['live', 'submitted', 'submitted', 'verification_failed'])
})

test('the payments of a canceled order are sent to webhooks as canceled', async () => {
  const { shop, events } = await shopWithWebhook()
  const { ref: method } = await shop.paymentMethod(shop.token)
  const addPayment = async (order: string): Promise<string> => {
    const body = { funding_type: 'ebt_snap', payment_method: method, amount: '25.99' }
    return field(await shop.call('POST', `/api/orders/${order}/payments/`, body), 'ref')
  }
  const ref = await shop.capture()
  const first = await addPayment(ref)
  await shop.call('POST', `/api/orders/${ref}/payments/${first}/cancel/`)
  const second = await addPayment(ref)
  await shop.call('POST', `/api/orders/${ref}/cancel/`)
  const ofPayments = (await events(3)).filter(({ type }) => type === 'PAYMENT_STATUS_UPDATED')
  const canceled = { order_ref: ref, funding_type: 'ebt_snap', amount: '25.99', status: 'canceled' }
  expect(ofPayments.map(({ data }) => data)).toMatchObject([
    { ...canceled, payment_ref: first },
    { ...canceled, payment_ref: second },
  ])
})

test('a refund is sent to webhooks when it has its final status', async () => {
  const { shop, events } = await shopWithWebhook()
  const ref = await shop.fullyHosted({ ebt_cash_total: 0 })
  await shop.pay(ref)
  const before = (await events(3)).length
  await shop.call('POST', `/api/orders/${ref}/refund_all/`, { reason: 'Late', metadata: {} })
  expect(await events(before)).toHaveLength(before)
  await shop.emulator.control.advance(1000)
  expect((await events(before + 1)).at(-1)).toMatchObject({
    type: 'REFUND_STATUS_UPDATED',
    data: { order_ref: ref, amount: '25.99', status: 'succeeded' },
  })
})
