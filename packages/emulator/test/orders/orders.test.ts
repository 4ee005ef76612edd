import { describe, expect, test } from 'vitest'

import { errorCode, openShop, type Shop } from '../support/shop.ts'

const why = { reason: 'Out of stock', metadata: {} }

/** Creates a Custom order with a payment for each benefit. */
async function customOrder(shop: Shop, pan?: string): Promise<{ ref: string; payments: string[] }> {
  const { ref: method } = await shop.paymentMethod(shop.token, pan)
  const ref = await shop.capture()
  const add = async (fundingType: string, amount: string): Promise<string> => {
    const body = { funding_type: fundingType, payment_method: method, amount }
    const answer = await shop.call('POST', `/api/orders/${ref}/payments/`, body)
    expect(answer.status).toBe(201)
    return (answer.body as { ref: string }).ref
  }
  return { ref, payments: [await add('ebt_snap', '25.99'), await add('ebt_cash', '20.00')] }
}

async function paidOrder(shop: Shop, pan?: string): Promise<{ ref: string; payments: string[] }> {
  const order = await customOrder(shop, pan)
  expect((await shop.pay(order.ref)).headers.get('location')).toBe('https://shop.example/receipt')
  return order
}

describe('an order', () => {
  test('an order is a draft for 30 minutes', async () => {
    const shop = await openShop()
    expect(await shop.order(await shop.fullyHosted())).toMatchObject({
      status: 'draft',
      expires_at: '2026-01-15T04:30:00.000000-08:00',
      payments: [],
      refunds: [],
      receipt: null,
    })
  })

  test('a session token can read an order but not change it', async () => {
    const shop = await openShop()
    const ref = await shop.fullyHosted()
    const token = await shop.sessionToken(shop.token)
    expect((await shop.get(`/api/orders/${ref}/`, token)).status).toBe(200)
    const headers = { Authorization: `Bearer ${token}` }
    for (const [method, path] of [
      ['PATCH', `/api/orders/${ref}/`],
      ['POST', `/api/orders/${ref}/cancel/`],
      ['POST', `/api/orders/${ref}/payments/`],
      ['POST', `/api/orders/${ref}/refund_all/`],
      ['GET', `/api/orders/${ref}/refunds/`],
    ] as const)
      expect((await shop.call(method, path, method === 'GET' ? undefined : {}, headers)).status).toBe(403)
  })

  test('an order is unknown to other merchants', async () => {
    const shop = await openShop({ merchants: ['123ab45c67', 'abcdef1234'] })
    const ref = await shop.fullyHosted()
    const headers = { 'Merchant-Account': 'abcdef1234' }
    expect(await shop.call('GET', `/api/orders/${ref}/`, undefined, headers)).toMatchObject({
      status: 404,
      body: errorCode('resource_not_found'),
    })
  })

  test('an order changes only the given fields, and nothing on bad input', async () => {
    const shop = await openShop()
    const ref = await shop.fullyHosted()
    const before = await shop.order(ref)
    const changed = await shop.call('PATCH', `/api/orders/${ref}/`, { snap_total: 1, customer_id: 'c-1' })
    expect(changed.body).toEqual({ ...before, snap_total: '1.00', customer_id: 'c-1' })
    expect(await shop.call('PATCH', `/api/orders/${ref}/`, { snap_total: 'x' })).toMatchObject({
      status: 400,
    })
    expect(await shop.order(ref)).toEqual(changed.body)
  })

  test('a draft order can be canceled once, together with its payments', async () => {
    const shop = await openShop()
    const { ref, payments } = await customOrder(shop)
    expect(await shop.call('POST', `/api/orders/${ref}/cancel/`)).toMatchObject({
      status: 200,
      body: { status: 'canceled' },
    })
    expect((await shop.call('GET', `/api/orders/${ref}/payments/${payments[0]}/`)).body).toMatchObject({
      status: 'canceled',
    })
    expect(await shop.call('POST', `/api/orders/${ref}/cancel/`)).toMatchObject({
      status: 400,
      body: errorCode('cannot_cancel_order'),
    })
    expect(await shop.call('PATCH', `/api/orders/${ref}/`, { snap_total: 1 })).toMatchObject({
      status: 400,
      body: errorCode('cannot_update_order'),
    })
  })

  test('a paid order can be neither changed nor canceled', async () => {
    const shop = await openShop()
    const { ref, payments } = await paidOrder(shop)
    const before = await shop.order(ref)
    for (const [method, path, code] of [
      ['PATCH', `/api/orders/${ref}/`, 'cannot_update_order'],
      ['POST', `/api/orders/${ref}/cancel/`, 'cannot_cancel_order'],
      ['POST', `/api/orders/${ref}/payments/${payments[0]}/cancel/`, 'cannot_cancel_payment'],
    ] as const)
      expect(await shop.call(method, path, {})).toMatchObject({ status: 400, body: errorCode(code) })
    expect(await shop.order(ref)).toEqual(before)
  })

  test('an order and its payments survive a restart', async () => {
    const rows = new Map<string, Map<string, unknown>>()
    const table = (name: string): Map<string, unknown> => {
      if (!rows.has(name)) rows.set(name, new Map())
      return rows.get(name) as Map<string, unknown>
    }
    const journal = {
      load: (name: string) => structuredClone([...table(name)]),
      set: (name: string, key: string, row: unknown) => void table(name).set(key, structuredClone(row)),
      delete: (name: string, key: string) => void table(name).delete(key),
      clear: (name: string) => table(name).clear(),
    }
    const shop = await openShop({ journal })
    const { ref } = await paidOrder(shop)
    const before = await shop.order(ref)
    expect(await (await openShop({ journal })).order(ref)).toEqual(before)
  })

  test.each(['canceled', 'failed', 'draft'] as const)(
    'an order expires after 30 minutes as %s',
    async (status) => {
      const shop = await openShop({ switches: { expiredOrderStatus: status } })
      const ref = await shop.fullyHosted()
      await shop.emulator.control.advance(30 * 60 * 1000)
      expect(await shop.order(ref)).toMatchObject({ status })
      expect((await shop.pay(ref)).headers.get('location')).toContain('problem=cannot_capture_order')
      expect(await shop.call('POST', `/api/orders/${ref}/cancel/`)).toMatchObject({ status: 400 })
    },
  )
})

describe('a payment of an order', () => {
  test('a payment of an order is the documented object, and /api/payments/ does not find it', async () => {
    const shop = await openShop()
    const { ref, payments } = await customOrder(shop)
    const { body } = await shop.call('GET', `/api/orders/${ref}/payments/${payments[0]}/`)
    expect(body).toEqual({
      ref: payments[0],
      funding_type: 'ebt_snap',
      amount: '25.99',
      description: '',
      metadata: {},
      payment_method: expect.any(String),
      created: '2026-01-15T04:00:00.000000-08:00',
      updated: '2026-01-15T04:00:00.000000-08:00',
      status: 'requires_confirmation',
      last_processing_error: null,
      success_date: null,
      tpp_lookup_id: null,
      customer_id: 'customer-1',
      external_order_id: null,
      refunds: [],
      order: ref,
    })
    const message = `Payment with ref ${payments[0]} does not exist for current Merchant with FNS 9000055. For payments that are associated with an order, please use \`/api/orders/<order_ref>/payments/\` instead`
    expect(await shop.call('GET', `/api/payments/${payments[0]}/`)).toMatchObject({
      status: 404,
      body: { errors: [{ code: 'resource_not_found', message }] },
    })
  })

  test.each([
    ['duplicate_funding_type', { funding_type: 'ebt_snap', amount: 1 }, {}],
    ['exceeds_ebt_cash_total', { funding_type: 'ebt_cash', amount: '20.01' }, {}],
    [
      'invalid_customer_id',
      { funding_type: 'ebt_cash', customer_id: 'other' },
      { customer_id: 'customer-1' },
    ],
  ])('a payment of an order is refused with %s', async (code, fields, session) => {
    const shop = await openShop()
    const { ref: method } = await shop.paymentMethod(shop.token)
    const ref = await shop.capture(session)
    const body = { funding_type: 'ebt_snap', payment_method: method, amount: '5.00' }
    const add = (more: object): ReturnType<Shop['call']> =>
      shop.call('POST', `/api/orders/${ref}/payments/`, { ...body, ...more })
    expect((await add({})).status).toBe(201)
    expect(await add(fields)).toMatchObject({ status: 400, body: errorCode(code) })
    expect((await shop.order(ref))['payments']).toHaveLength(1)
  })

  test('a payment of an order is refused over the SNAP total, on another card, and for a canceled order', async () => {
    const shop = await openShop()
    const one = await shop.paymentMethod(shop.token)
    const two = await shop.paymentMethod(shop.token, '9999420000000002')
    const ref = await shop.capture()
    const add = (fundingType: string, method: string, amount: number): ReturnType<Shop['call']> =>
      shop.call('POST', `/api/orders/${ref}/payments/`, {
        funding_type: fundingType,
        payment_method: method,
        amount,
      })
    expect(await add('ebt_snap', one.ref, 26)).toMatchObject({ body: errorCode('exceeds_snap_total') })
    expect(await add('ebt_snap', one.ref, 1)).toMatchObject({ status: 201 })
    expect(await add('ebt_cash', two.ref, 1)).toMatchObject({ body: errorCode('different_ebt_card') })
    await shop.call('POST', `/api/orders/${ref}/cancel/`)
    expect(await add('ebt_cash', one.ref, 1)).toMatchObject({ body: errorCode('order_is_cancelled') })
  })

  test('a payment of an order changes while it is open, then only its metadata and external_order_id', async () => {
    const shop = await openShop()
    const { ref, payments } = await customOrder(shop)
    const path = `/api/orders/${ref}/payments/${payments[0]}/`
    expect(await shop.call('PATCH', path, { amount: 99 })).toMatchObject({
      status: 400,
      body: errorCode('exceeds_snap_total'),
    })
    expect(await shop.call('PATCH', path, { payment_method: '0000000000' })).toMatchObject({
      status: 404,
      body: errorCode('resource_not_found'),
    })
    expect((await shop.call('PATCH', path, { amount: '5.00' })).body).toMatchObject({ amount: '5.00' })
    expect((await shop.call('POST', `${path}cancel/`)).body).toMatchObject({ status: 'canceled' })
    const late = await shop.call('PATCH', path, {
      amount: '6.00',
      external_order_id: 'x',
      metadata: { a: 1 },
    })
    expect(late).toMatchObject({
      status: 200,
      body: { status: 'canceled', amount: '5.00', external_order_id: 'x', metadata: { a: 1 } },
    })
    expect((await shop.call('POST', `${path}cancel/`)).status).toBe(400)
  })
})

describe('a refund of an order', () => {
  test('a refund of an order returns the money to the card that paid', async () => {
    const shop = await openShop()
    const { ref, payments } = await paidOrder(shop)
    const body = { ...why, payment: payments[0], amount: 5.99 }
    const headers = { 'API-Version': '2024-01-08' }
    const answer = await shop.call('POST', `/api/orders/${ref}/refunds/`, body, headers)
    expect(answer).toMatchObject({
      status: 201,
      body: {
        order: ref,
        payment: payments[0],
        amount: '5.99',
        merchant_fixed_settlement: 0,
        platform_fixed_settlement: 0,
        status: 'succeeded',
        receipt: {
          snap_amount: '5.99',
          transaction_type: 'Refund',
          balance: { snap: '980.00', non_snap: '980.00' },
        },
      },
    })
    const { ref: refund, receipt } = answer.body as { ref: string; receipt: { ref_number: string } }
    expect(receipt.ref_number).toBe(refund)
    expect((await shop.call('GET', `/api/orders/${ref}/refunds/${refund}/`)).body).toEqual(answer.body)
    expect((await shop.call('GET', `/api/orders/${ref}/refunds/`)).body).toEqual([answer.body])
    expect(await shop.order(ref)).toMatchObject({ refunds: [refund] })
    expect(await shop.call('GET', `/api/orders/${ref}/refunds/0000000000/`)).toMatchObject({
      status: 404,
      body: { errors: [{ code: 'resource_not_found', source: { resource: 'Refund', ref: '0000000000' } }] },
    })
  })

  test('before version 2024-01-08 a refund of an order is processing without a receipt, until it is read later', async () => {
    const shop = await openShop()
    const { ref, payments } = await paidOrder(shop)
    const body = { ...why, payment: payments[0], amount: 1 }
    const answer = await shop.call('POST', `/api/orders/${ref}/refunds/`, body)
    expect(answer.body).toMatchObject({ status: 'processing', receipt: null })
    await shop.emulator.control.advance(1000)
    const { ref: refund } = answer.body as { ref: string }
    expect((await shop.call('GET', `/api/orders/${ref}/refunds/${refund}/`)).body).toMatchObject({
      status: 'succeeded',
      receipt: { snap_amount: '1.00' },
    })
  })

  test('refund_all returns the order, waits for refunds in progress, and happens once', async () => {
    const shop = await openShop()
    const { ref, payments } = await paidOrder(shop)
    const all = (): ReturnType<Shop['call']> => shop.call('POST', `/api/orders/${ref}/refund_all/`, why)
    await shop.call('POST', `/api/orders/${ref}/refunds/`, { ...why, payment: payments[0], amount: 1 })
    expect(await all()).toMatchObject({ status: 400, body: errorCode('wait_for_batch_refund') })
    await shop.emulator.control.advance(1000)
    const answer = await all()
    expect(answer).toMatchObject({ status: 200, body: { ref, status: 'succeeded' } })
    await shop.emulator.control.advance(1000)
    expect((await shop.call('GET', `/api/orders/${ref}/refunds/`)).body).toMatchObject([
      { amount: '1.00', status: 'succeeded' },
      { amount: '24.99', status: 'succeeded', receipt: { balance: { snap: '1000.00' } } },
      { amount: '20.00', status: 'succeeded', receipt: { balance: { non_snap: '1000.00' } } },
    ])
    expect(await all()).toMatchObject({ status: 400, body: errorCode('order_already_refunded') })
  })

  test('refund_by_product creates one refund per benefit', async () => {
    const shop = await openShop()
    const product = { name: 'Apples', upc: 'a', unit_price: '2.00', quantity: 4, eligibility: 'snap' }
    const soap = { ...product, name: 'Soap', upc: 's', eligibility: 'ebt_cash' }
    const ref = await shop.fullyHosted({ snap_total: 8, ebt_cash_total: 8, product_list: [product, soap] })
    await shop.pay(ref)
    const path = `/api/orders/${ref}/refund_by_product/`
    const products = [
      { upc: 'a', quantity: 3 },
      { upc: 's', quantity: 1 },
    ]
    expect(await shop.call('POST', path, { ...why, products })).toMatchObject({
      status: 201,
      body: [
        { funding_type: 'ebt_snap', amount: '6.00' },
        { funding_type: 'ebt_cash', amount: '2.00' },
      ],
    })
    expect(await shop.call('POST', path, { ...why, products })).toMatchObject({
      status: 400,
      body: errorCode('refund_exceeds_order_total'),
    })
    const unknown = { ...why, products: [{ upc: 'z', quantity: 1 }] }
    expect(await shop.call('POST', path, unknown)).toMatchObject({ status: 400 })
    expect((await shop.order(ref))['refunds']).toHaveLength(2)
  })

  test('a failed refund of an order is answered 201 with its error, and the money stays with the merchant', async () => {
    const shop = await openShop()
    const { ref, payments } = await paidOrder(shop, '4333333333333309')
    const body = { ...why, payment: payments[0], amount: 1 }
    const headers = { 'API-Version': '2024-01-08' }
    expect(await shop.call('POST', `/api/orders/${ref}/refunds/`, body, headers)).toMatchObject({
      status: 201,
      body: { status: 'failed', last_processing_error: 'ebt_error_61', receipt: null },
    })
  })

  test('a refund of an order requires a succeeded order, at most 90 days old, and at most the paid amount', async () => {
    const shop = await openShop()
    const draft = await customOrder(shop)
    const refund = (ref: string, payment = '', amount = 1): ReturnType<Shop['call']> =>
      shop.call('POST', `/api/orders/${ref}/refunds/`, { ...why, payment, amount })
    expect(await refund(draft.ref)).toMatchObject({ body: errorCode('order_not_succeeded') })
    const { ref, payments } = await paidOrder(shop)
    expect(await refund(ref, payments[0], 26)).toMatchObject({
      status: 400,
      body: errorCode('refund_exceeds_order_total'),
    })
    expect(await refund(ref, '0000000000')).toMatchObject({ status: 404 })
    await shop.emulator.control.advance(91 * 24 * 60 * 60 * 1000)
    const token = await shop.authenticationToken()
    const body = { ...why, payment: payments[0], amount: 1 }
    const late = await shop.postJson(`/api/orders/${ref}/refunds/`, token, body, {
      'Idempotency-Key': 'late',
    })
    expect(late).toMatchObject({ status: 400, body: errorCode('cannot_refund_after_90_days') })
  })
})
