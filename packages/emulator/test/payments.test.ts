import { describe, expect, test } from 'vitest'

import { checkout } from './checkout.ts'
import { createMerchant, field } from './merchant.ts'

/** Before version 2024-05-07. */
const NOW = '2026-01-15T04:00:00.000000-08:00'

describe('a payment', () => {
  test('starts as requires_confirmation and expires in 30 minutes; decimals are strings', async () => {
    const { merchant, token, method, pay } = await checkout()
    const answer = await merchant.get(`/api/payments/${await pay({ amount: 20 })}/`, token)
    expect(answer.body).toMatchObject({
      merchant: '9000055',
      funding_type: 'ebt_snap',
      amount: '20.00',
      payment_method: method.ref,
      created: NOW,
      expires_at: '2026-01-15T04:30:00.000000-08:00',
      status: 'requires_confirmation',
      last_processing_error: null,
      success_date: null,
      receipt: null,
      refunds: [],
      previous_errors: [],
    })
  })

  test('is made once for one idempotency key, for 24 hours', async () => {
    const { merchant, parent, method } = await checkout()
    const key = { 'Idempotency-Key': 'order-1' }
    const body = { funding_type: 'ebt_snap', payment_method: method.ref, amount: '20.00' }
    const first = await merchant.postJson('/api/payments/', parent, body, key)
    expect(first.status).toBe(201)
    expect(await merchant.postJson('/api/payments/', parent, body, key)).toMatchObject({
      status: 201,
      body: first.body,
    })
    expect(
      await merchant.postJson('/api/payments/', parent, { ...body, amount: '20.01' }, key),
    ).toMatchObject({
      status: 400,
      body: {
        errors: [
          {
            code: 'cannot_change_request',
            message:
              'Two requests were submitted with the same idempotency key, but slightly different request bodies. Please use a new idempotency key if you intended to change the request body',
          },
        ],
      },
    })
    await merchant.emulator.control.advance(24 * 60 * 60 * 1000)
    const later = await merchant.postJson('/api/payments/', parent, body, key)
    expect(field(later, 'ref')).not.toBe(field(first, 'ref'))
  })

  test('needs an idempotency key, unless `missingIdempotencyKey` accepts its absence', async () => {
    const strict = await checkout()
    const body = { funding_type: 'ebt_snap', payment_method: strict.method.ref, amount: '20.00' }
    expect((await strict.merchant.postJson('/api/payments/', strict.parent, body)).status).toBe(400)
    const lenient = await checkout(
      undefined,
      createMerchant({ switches: { missingIdempotencyKey: 'accept' } }),
    )
    expect((await lenient.merchant.postJson('/api/payments/', lenient.parent, body)).status).toBe(201)
  })

  test.each([
    { amount: '0.00' },
    { amount: '1.001' },
    { amount: '-1' },
    { amount: 'ten' },
    { funding_type: 'gold' },
    { is_delivery: 'yes' },
  ])('refuses %o', async (fields) => {
    const { merchant, parent, method } = await checkout()
    const body = { funding_type: 'ebt_snap', payment_method: method.ref, amount: '20.00', ...fields }
    const key = { 'Idempotency-Key': 'order-1' }
    expect(await merchant.postJson('/api/payments/', parent, body, key)).toMatchObject({
      status: 400,
      body: { errors: [{ code: 'invalid_input_data' }] },
    })
  })

  test('an unknown one is 404 in the documented words', async () => {
    const { merchant, token } = await checkout()
    expect((await merchant.get('/api/payments/0ddbcda871/', token)).body).toMatchObject({
      errors: [
        {
          code: 'resource_not_found',
          message:
            'Payment with ref 0ddbcda871 does not exist for current Merchant with FNS 9000055. For payments that are associated with an order, please use `/api/orders/<order_ref>/payments/` instead',
          source: { resource: 'Payments', ref: '0ddbcda871' },
        },
      ],
    })
  })
})

describe('a capture', () => {
  test('answers the payment with its receipt', async () => {
    const { capture, pay } = await checkout()
    expect(await capture(await pay())).toMatchObject({
      status: 200,
      body: {
        status: 'succeeded',
        success_date: '2026-01-15T12:00:00.000Z',
        receipt: {
          snap_amount: '20.00',
          ebt_cash_amount: '0.00',
          balance: { snap: '980.00', non_snap: '1000.00' },
          last_4: '0001',
          message: 'Approved',
          transaction_type: 'Payment',
        },
      },
    })
  })

  test('sent again with its key is answered from the first, and counts once', async () => {
    const { merchant, capture, pay, balance } = await checkout()
    const ref = await pay()
    const first = await capture(ref)
    expect((await capture(ref)).body).toEqual(first.body)
    expect(merchant.emulator.control.counts().captures).toBe(1)
    expect((await balance()).body).toMatchObject({ balance: { snap: '980.00' } })
  })

  test('sent again with another key is refused in the documented words', async () => {
    const { capture, pay } = await checkout()
    const ref = await pay()
    await capture(ref)
    expect(await capture(ref, '1234', 'another')).toMatchObject({
      status: 400,
      body: {
        errors: [
          {
            code: 'cannot_capture_payment',
            message: `Payment with ref ${ref} is either processing, succeeded, or canceled and therefore cannot be captured.`,
          },
        ],
      },
    })
  })

  test('refused for its token leaves nothing behind: the same key succeeds with a new one', async () => {
    const { merchant, parent, method, capture, pay } = await checkout()
    const ref = await pay()
    merchant.emulator.control.expireSessionTokens()
    expect((await capture(ref)).status).toBe(401)
    const renewed = await merchant.sessionToken(parent)
    const body = { pin: '1234', card_number_token: method.vaultToken }
    const headers = { 'Idempotency-Key': ref }
    const again = await merchant.postJson(`/proxy/api/payments/${ref}/capture/`, renewed, body, headers)
    expect(again.status).toBe(200)
    expect(merchant.emulator.control.counts()).toEqual({
      authenticationTokens: 1,
      sessionTokens: 2,
      captures: 1,
    })
  })

  test('that failed may be tried again on the same payment', async () => {
    const { merchant, token, capture, pay } = await checkout('6777777777771234')
    const ref = await pay()
    expect(await capture(ref, '0000')).toMatchObject({
      status: 400,
      body: {
        ref,
        balance: null,
        error: {
          message: 'Invalid PIN or PIN not selected - Invalid PIN',
          forage_code: 'ebt_error_55',
          status_code: 400,
        },
      },
    })
    expect((await merchant.get(`/api/payments/${ref}/`, token)).body).toMatchObject({
      status: 'failed',
      last_processing_error: 'ebt_error_55',
    })
    expect((await capture(ref, '1234')).status).toBe(200)
  })

  test('of more than there is says what there would be', async () => {
    const { capture, pay } = await checkout()
    expect(await capture(await pay({ amount: '1000.01' }))).toMatchObject({
      body: {
        error: {
          forage_code: 'ebt_error_51',
          details: { snap_balance: '1000.00', cash_balance: '1000.00' },
        },
      },
    })
  })

  test.each([
    [{ amount: null }, 'Amount value is null.'],
    [{ is_delivery: null }, "'is_delivery' value is null."],
  ])('of an unfinished payment %o is refused', async (fields, words) => {
    const { capture, pay } = await checkout()
    expect(await capture(await pay(fields))).toMatchObject({
      status: 400,
      body: { errors: [{ code: 'cannot_capture_payment', message: expect.stringContaining(words) }] },
    })
  })

  test('of a payment older than 30 minutes is refused', async () => {
    const { merchant, parent, method, pay } = await checkout()
    const ref = await pay()
    await merchant.emulator.control.advance(30 * 60 * 1000)
    const token = await merchant.sessionToken(parent)
    const body = { pin: '1234', card_number_token: method.vaultToken }
    expect(await merchant.postJson(`/proxy/api/payments/${ref}/capture/`, token, body)).toMatchObject({
      body: { errors: [{ code: 'cannot_capture_payment' }] },
    })
    expect((await merchant.get(`/api/payments/${ref}/`, token)).body).toMatchObject({ status: 'canceled' })
  })
})
