import { describe, expect, test } from 'vitest'

import { checkout, codeOf } from '../support/checkout.ts'
import { createMerchant, field } from '../support/merchant.ts'

/** The version before 2024-05-07. */
const NOW = '2026-01-15T04:00:00.000000-08:00'

describe('a payment', () => {
  test('a payment starts as requires_confirmation and expires in 30 minutes, with decimals as strings', async () => {
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

  test('one idempotency key creates one payment within 24 hours', async () => {
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

  test('a payment requires an idempotency key, unless `missingIdempotencyKey` accepts requests without one', async () => {
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
  ])('a new payment with %o is refused', async (fields) => {
    const { merchant, parent, method } = await checkout()
    const body = { funding_type: 'ebt_snap', payment_method: method.ref, amount: '20.00', ...fields }
    const key = { 'Idempotency-Key': 'order-1' }
    expect(await merchant.postJson('/api/payments/', parent, body, key)).toMatchObject({
      status: 400,
      body: { errors: [{ code: 'invalid_input_data' }] },
    })
  })

  test('an unknown payment is 404 with the documented words', async () => {
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
  test('a capture returns the payment with its receipt', async () => {
    const { capture, pay } = await checkout()
    const ref = await pay()
    expect(await capture(ref)).toMatchObject({
      status: 200,
      body: {
        status: 'succeeded',
        success_date: '2026-01-15T12:00:00.000000Z',
        receipt: {
          ref_number: ref,
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

  test('a capture sent again with its key gets the first answer and counts once', async () => {
    const { merchant, capture, pay, balance } = await checkout()
    const ref = await pay()
    const first = await capture(ref)
    expect((await capture(ref)).body).toEqual(first.body)
    expect(merchant.emulator.control.counts().captures).toBe(1)
    expect((await balance()).body).toMatchObject({ balance: { snap: '980.00' } })
  })

  test('a capture sent again with another key is refused with the documented words', async () => {
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

  test('a capture rejected for its token changes nothing, and the same key succeeds with a new token', async () => {
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

  test('a declined capture is 400 with the whole payment and `error` in it', async () => {
    const { capture, pay, read } = await checkout('6777777777771234')
    const ref = await pay()
    const error = {
      message: 'Invalid PIN or PIN not selected - Invalid PIN',
      forage_code: 'ebt_error_55',
      status_code: 400,
    }
    const declined = await capture(ref, '0000')
    expect(declined).toEqual({
      status: 400,
      headers: declined.headers,
      body: { ...(await read(ref)), error },
    })
    expect(declined.body).toMatchObject({ ref, status: 'failed', last_processing_error: 'ebt_error_55' })
  })

  test('the payment has no `error` when it is read later', async () => {
    const { capture, pay, read } = await checkout('6777777777771234')
    const ref = await pay()
    await capture(ref, '0000')
    expect(await read(ref)).not.toHaveProperty('error')
  })

  test('a capture that failed may be tried again on the same payment', async () => {
    const { merchant, token, capture, pay } = await checkout('6777777777771234')
    const ref = await pay()
    expect((await capture(ref, '0000')).status).toBe(400)
    expect((await merchant.get(`/api/payments/${ref}/`, token)).body).toMatchObject({
      status: 'failed',
      last_processing_error: 'ebt_error_55',
    })
    expect((await capture(ref, '1234')).status).toBe(200)
  })

  test('a capture of more than the balance is declined with the balance', async () => {
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
  ])('a capture of an unfinished payment %o is refused', async (fields, words) => {
    const { capture, pay } = await checkout()
    expect(await capture(await pay(fields))).toMatchObject({
      status: 400,
      body: { errors: [{ code: 'cannot_capture_payment', message: expect.stringContaining(words) }] },
    })
  })

  test('a capture of a payment older than 30 minutes is refused', async () => {
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

describe('a changed payment', () => {
  test('a change fills the fields that a placeholder left open', async () => {
    const { call, capture, method } = await checkout()
    const placeholder = {
      funding_type: 'ebt_snap',
      payment_method: method.ref,
      description: '',
      metadata: {},
    }
    const ref = field(await call('POST', '/api/payments/', placeholder), 'ref')
    const address = { city: 'San Francisco', state: 'CA' }
    const fields = { amount: 12.5, is_delivery: true, delivery_address: address, external_order_id: 'o-1' }
    expect(await call('PATCH', `/api/payments/${ref}/`, fields)).toMatchObject({
      status: 200,
      body: { ...fields, amount: '12.50', status: 'requires_confirmation' },
    })
    expect((await capture(ref)).body).toMatchObject({ amount: '12.50', receipt: { snap_amount: '12.50' } })
  })

  test.each(['succeeded', 'canceled', 'expired'])(
    'a payment that is %s changes only in metadata and external_order_id',
    async (state) => {
      const { call, capture, merchant, pay, read } = await checkout()
      const ref = await pay()
      if (state === 'succeeded') await capture(ref)
      if (state === 'canceled') await call('POST', `/api/payments/${ref}/cancel/`)
      if (state === 'expired') await merchant.emulator.control.advance(30 * 60 * 1000)
      const { updated: _, ...before } = await read(ref)
      const ours = { metadata: { note: 'late' }, external_order_id: 'o-2' }
      const all = { ...ours, amount: '1.00', funding_type: 'ebt_cash', description: 'x', is_delivery: true }
      expect((await call('PATCH', `/api/payments/${ref}/`, all)).body).toMatchObject({ ...before, ...ours })
    },
  )

  test('a payment keeps its settlement until a change removes it', async () => {
    const { call, pay } = await checkout()
    const path = `/api/payments/${await pay({ platform_fee: 0.5, merchant_fixed_settlement: '5.95' })}/`
    const kept = { platform_fee: '0.50', merchant_fixed_settlement: '5.95', platform_fixed_settlement: null }
    expect((await call('PATCH', path, { description: 'x' })).body).toMatchObject(kept)
    const none = { platform_fee: null, merchant_fixed_settlement: null }
    expect((await call('PATCH', path, none)).body).toMatchObject(none)
  })

  test('a refused change leaves a payment unchanged', async () => {
    const { call, pay, read } = await checkout()
    const ref = await pay()
    const before = await read(ref)
    for (const fields of [{ amount: '0' }, { payment_method: '0ddbcda871' }, { funding_type: 'credit_tpp' }])
      expect((await call('PATCH', `/api/payments/${ref}/`, fields)).status).toBeGreaterThan(399)
    expect(await read(ref)).toEqual(before)
  })
})

describe('a canceled payment', () => {
  test('a canceled payment can be neither captured nor canceled again', async () => {
    const { call, capture, pay, read } = await checkout()
    const ref = await pay()
    const cancel = (): ReturnType<typeof call> => call('POST', `/api/payments/${ref}/cancel/`)
    expect((await cancel()).body).toMatchObject({ ref, status: 'canceled' })
    expect(codeOf(await capture(ref))).toBe('cannot_capture_payment')
    expect(codeOf(await cancel())).toBe('cannot_cancel_payment')
    expect(await read(ref)).toMatchObject({ status: 'canceled', receipt: null })
  })

  test('a canceled payment is sent to webhooks', async () => {
    const delivered: unknown[] = []
    const fetch = (async (_url: string, { body }: { body: string }) => {
      delivered.push(JSON.parse(body))
      return new Response()
    }) as unknown as typeof globalThis.fetch
    const merchant = createMerchant({ webhooks: [{ url: 'http://127.0.0.1:1/', secret: 's' }], fetch })
    const { call, pay } = await checkout(undefined, merchant)
    const ref = await pay()
    await call('PATCH', `/api/payments/${ref}/`, { description: 'no status' })
    await call('POST', `/api/payments/${ref}/cancel/`)
    await expect.poll(() => delivered).toHaveLength(1)
    expect(delivered).toMatchObject([
      { type: 'PAYMENT_STATUS_UPDATED', data: { payment_ref: ref, status: 'canceled' } },
    ])
  })

  test('a failed payment can be canceled, and a succeeded payment cannot', async () => {
    const { call, capture, pay } = await checkout('6777777777771234')
    const [failed, succeeded] = [await pay(), await pay()]
    await capture(failed, '0000')
    await capture(succeeded, '1234')
    expect((await call('POST', `/api/payments/${failed}/cancel/`)).status).toBe(200)
    expect(codeOf(await call('POST', `/api/payments/${succeeded}/cancel/`))).toBe('cannot_cancel_payment')
  })

  test('a canceled payment stays canceled after its expiry, whatever `expiredPaymentStatus` says', async () => {
    const switches = { expiredPaymentStatus: 'failed' as const }
    const { call, merchant, pay, read } = await checkout(undefined, createMerchant({ switches }))
    const [canceled, expired] = [await pay(), await pay()]
    await call('POST', `/api/payments/${canceled}/cancel/`)
    await merchant.emulator.control.advance(30 * 60 * 1000)
    expect([await read(canceled), await read(expired)]).toMatchObject([
      { status: 'canceled' },
      { status: 'failed' },
    ])
  })
})

describe('payments of one order of the merchant', () => {
  test('the payments of one external order are listed without those of others', async () => {
    const { call, pay } = await checkout()
    const refs = [await pay({ external_order_id: 'o-1' }), await pay({ external_order_id: 'o-1' })]
    await pay({ external_order_id: 'o-2' })
    const answer = await call('GET', '/api/payments/?external_order_id=o-1')
    expect((answer.body as { ref: string }[]).map(({ ref }) => ref)).toEqual(refs)
  })

  test.each(['', '?external_order_id=', '?external_order_id=o-1&external_order_id=o-2'])(
    'the query "%s" finds no payments',
    async (query) => {
      const { call } = await checkout()
      expect((await call('GET', `/api/payments/${query}`)).status).toBe(400)
    },
  )
})

describe('a payment that failed', () => {
  test('a failed payment keeps its amount and the errors of all its tries', async () => {
    const { capture, pay, read } = await checkout('6777777777771234')
    const ref = await pay()
    await capture(ref, '0000')
    await capture(ref, '1111')
    const error = { code: 'ebt_error_55', message: 'Invalid PIN or PIN not selected - Invalid PIN' }
    expect(await read(ref)).toMatchObject({
      amount: '20.00',
      status: 'failed',
      last_processing_error: 'ebt_error_55',
      previous_errors: [error, error],
    })
    expect((await capture(ref)).body).toMatchObject({
      amount: '20.00',
      status: 'succeeded',
      last_processing_error: null,
    })
  })
})

describe('a timestamp', () => {
  test.each([
    ['default', '2026-01-15T04:00:00.000000-08:00'],
    ['2024-03-05', '2026-01-15T04:00:00.000000-08:00'],
    ['2024-05-07', '2026-01-15T12:00:00.000000Z'],
    ['2025-08-04', '2026-01-15T12:00:00.000000Z'],
  ])(
    'in version %s a timestamp is written as %s, and the merchant’s own text stays unchanged',
    async (version, created) => {
      const { call, pay } = await checkout()
      const metadata = { wanted: '2026-01-15T12:00:00.000Z' }
      const path = `/api/payments/${await pay({ metadata })}/`
      const answer = await call('GET', path, undefined, { 'API-Version': version })
      expect(answer.body).toMatchObject({ created, metadata })
    },
  )

  test('a timestamp in summer is an hour nearer to UTC', async () => {
    const { call, merchant } = await checkout()
    await merchant.emulator.control.advance(Date.UTC(2026, 6, 15, 12) - Date.UTC(2026, 0, 15, 12))
    const later = await checkout(undefined, merchant)
    expect(await later.read(await later.pay())).toMatchObject({ created: '2026-07-15T05:00:00.000000-07:00' })
    expect((await call('GET', '/api/payments/0ddbcda871/')).status).toBe(401)
  })
})
