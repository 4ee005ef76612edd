import { describe, expect, test } from 'vitest'

import { createMerchant, field } from '../support/merchant.ts'
import { address, capture, errorCode, fullyHosted, openShop } from '../support/shop.ts'

const lasagna = {
  name: 'Take and Bake Lasagna',
  upc: '860',
  unit_price: '20.00',
  quantity: 2,
  tax_rate: 0.085,
  eligibility: 'ebt_cash',
}

describe('POST /api/sessions/', () => {
  test('POST /api/sessions/ returns the documented object: an order to be paid at its redirect_url', async () => {
    const shop = await openShop()
    const answer = await shop.call('POST', '/api/sessions/', { ...fullyHosted, product_list: [lasagna] })
    expect(answer.status).toBe(201)
    expect(answer.body).toEqual({
      ref: expect.stringMatching(/^[0-9a-f]{10}$/),
      snap_total: '25.99',
      ebt_cash_total: '20.00',
      remaining_total: '5.99',
      product_list: [{ ...lasagna, tax_rate: '0.085000', taxes_charged: null, taxes_exempted: null }],
      status: 'draft',
      delivery_address: address,
      is_delivery: true,
      success_redirect_url: 'https://shop.example/receipt',
      cancel_redirect_url: 'https://shop.example/cart',
      supported_benefits: ['snap', 'ebt_cash', 'non_ebt'],
      success_date: null,
      receipt: null,
      customer_id: null,
      is_commercial_shipping: null,
      redirect_url: expect.stringMatching(
        /^http:\/\/localhost\/payment\?order=[0-9a-f]{10}&merchant=9000055$/,
      ),
      previous_errors: [],
    })
  })

  test('POST /api/sessions/ requires the scope hosted_checkout', async () => {
    const merchant = createMerchant()
    const headers = { 'Idempotency-Key': 'key' }
    const token = await merchant.authenticationToken({ scope: 'pinpad_only' })
    expect(await merchant.postJson('/api/sessions/', token, fullyHosted, headers)).toMatchObject({
      status: 403,
      body: errorCode('forbidden'),
    })
    const hosted = await merchant.authenticationToken({ scope: 'hosted_checkout' })
    expect((await merchant.postJson('/api/sessions/', hosted, fullyHosted, headers)).status).toBe(201)
    expect((await merchant.postJson('/api/capture_sessions/', hosted, capture, headers)).status).toBe(403)
  })

  test('POST /api/sessions/ requires an idempotency key, and opens one session per key', async () => {
    const shop = await openShop()
    const keyless = await shop.call('POST', '/api/sessions/', fullyHosted, { 'Idempotency-Key': '' })
    expect(keyless).toMatchObject({ status: 400, body: errorCode('invalid_input_data') })
    const once = async (): Promise<unknown> =>
      (await shop.call('POST', '/api/sessions/', fullyHosted, { 'Idempotency-Key': 'one' })).body
    expect(await once()).toEqual(await once())
  })

  test('from version 2025-08-04 on totals come from the product list and are not returned', async () => {
    const shop = await openShop()
    const { snap_total: _snap, ebt_cash_total: _cash, remaining_total: _rest, ...body } = fullyHosted
    const headers = { 'API-Version': '2025-08-04' }
    const products = [lasagna, { ...lasagna, eligibility: 'snap', quantity: 1 }]
    const answer = await shop.call('POST', '/api/sessions/', { ...body, product_list: products }, headers)
    expect(answer.status).toBe(201)
    expect(answer.body).not.toHaveProperty('snap_total')
    const { ref } = answer.body as { ref: string }
    expect(await shop.order(ref)).toMatchObject({
      snap_total: '20.00',
      ebt_cash_total: '40.00',
      remaining_total: '0.00',
    })
    const newest = await shop.call('GET', `/api/orders/${ref}/`, undefined, headers)
    expect(Object.keys(newest.body as object).filter((name) => name.endsWith('_total'))).toEqual([])
    expect(await shop.call('POST', '/api/sessions/', body, headers)).toMatchObject({ status: 400 })
  })

  test.each([
    [{ snap_total: -1 }, 'A total has to be'],
    [{ snap_total: '1.999' }, 'A total has to be'],
    [{ snap_total: undefined }, 'are required'],
    [{ snap_total: 0, ebt_cash_total: 0, remaining_total: 0 }, 'its totals are 0'],
    [{ success_redirect_url: 'javascript:alert(1)' }, 'http(s) URL'],
    [{ delivery_address: undefined }, 'delivery_address'],
    [{ product_list: [{ ...lasagna, eligibility: 'wic' }] }, 'eligibility'],
    [{ supported_benefits: ['wic'] }, 'supported_benefits'],
  ])('POST /api/sessions/ refuses %o', async (fields, sentence) => {
    const shop = await openShop()
    const answer = await shop.call('POST', '/api/sessions/', { ...fullyHosted, ...fields })
    expect(answer).toMatchObject({ status: 400, body: errorCode('invalid_input_data') })
    expect(JSON.stringify(answer.body)).toContain(sentence)
  })
})

describe('POST /api/capture_sessions/', () => {
  test('POST /api/capture_sessions/ creates an order without products', async () => {
    const shop = await openShop()
    expect(await shop.call('POST', '/api/capture_sessions/', capture)).toMatchObject({
      status: 201,
      body: { status: 'draft', product_list: null, snap_total: '25.99', ebt_cash_total: '20.00' },
    })
  })

  test('from version 2024-03-05 on POST /api/capture_sessions/ creates the payments of payment_details', async () => {
    const shop = await openShop()
    const { ref: method } = await shop.paymentMethod(shop.token)
    const { snap_total: _snap, ebt_cash_total: _cash, remaining_total: _rest, ...rest } = capture
    const details = {
      ebt_snap: { payment_method: method, amount: '10.00' },
      ebt_cash: { payment_method: method, amount: '2.50' },
    }
    const headers = { 'API-Version': '2024-03-05' }
    const body = { ...rest, payment_details: details }
    const answer = await shop.call('POST', '/api/capture_sessions/', body, headers)
    expect(answer).toMatchObject({ status: 201, body: { payment_details: details } })
    expect(answer.body).not.toHaveProperty('snap_total')
    const { ref } = answer.body as { ref: string }
    const payments = await shop.call('GET', `/api/orders/${ref}/payments/`)
    expect(payments.body).toMatchObject([
      { funding_type: 'ebt_snap', amount: '10.00', payment_method: method, order: ref },
      { funding_type: 'ebt_cash', amount: '2.50', payment_method: method, order: ref },
    ])
  })
})

describe('a balance session', () => {
  test('a balance session opens with either token, and can be read again', async () => {
    const shop = await openShop()
    const token = await shop.sessionToken(shop.token)
    const { ref: method } = await shop.paymentMethod(token)
    const { success_redirect_url, cancel_redirect_url } = fullyHosted
    const body = { payment_method: method, success_redirect_url, cancel_redirect_url }
    const headers = { 'Idempotency-Key': 'balance' }
    const opened = await shop.postJson('/api/balance_sessions/', token, body, headers)
    expect(opened).toMatchObject({
      status: 201,
      body: { ...body, redirect_url: expect.stringContaining('http://localhost/balance?session=') },
    })
    const { ref } = opened.body as { ref: string }
    expect((await shop.call('GET', `/api/balance_sessions/${ref}/`)).body).toEqual(opened.body)
    expect((await shop.call('GET', '/api/balance_sessions/0000000000/')).status).toBe(404)
  })

  test('a balance session of a card that is not an EBT card is refused', async () => {
    const shop = await openShop()
    const card = { number: '4000051230002839', exp_month: 12, exp_year: 2034, security_code: '123' }
    const stored = await shop.call('POST', '/proxy/api/payment_methods/', { type: 'credit', card })
    const payment_method = field(stored, 'ref')
    const body = { payment_method, success_redirect_url: '', cancel_redirect_url: '' }
    expect(await shop.call('POST', '/api/balance_sessions/', body)).toMatchObject({
      status: 400,
      body: { errors: [{ code: 'balance_check_only_ebt', source: { ref: payment_method } }] },
    })
  })

  test('a balance session requires a known payment method', async () => {
    const shop = await openShop()
    const body = { payment_method: '0000000000', success_redirect_url: '', cancel_redirect_url: '' }
    expect(await shop.call('POST', '/api/balance_sessions/', body)).toMatchObject({
      status: 404,
      body: errorCode('resource_not_found'),
    })
  })
})
