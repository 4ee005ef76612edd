import { describe, expect, test } from 'vitest'

import { createMerchant, field, type Answer, type Merchant } from './merchant.ts'

interface Checkout {
  readonly merchant: Merchant
  readonly token: string
  readonly parent: string
  readonly method: { ref: string; vaultToken: string }
  balance(pin?: string): Promise<Answer>
  capture(ref: string, pin?: string, key?: string): Promise<Answer>
  pay(fields?: Record<string, unknown>): Promise<string>
}

async function checkout(pan?: string, merchant = createMerchant()): Promise<Checkout> {
  const parent = await merchant.authenticationToken()
  const token = await merchant.sessionToken(parent)
  const method = await merchant.paymentMethod(token, pan)
  const withPin = (pin: string): object => ({ pin, card_number_token: method.vaultToken })
  return {
    merchant,
    token,
    parent,
    method,
    balance: (pin = '1234') =>
      merchant.postJson(`/proxy/api/payment_methods/${method.ref}/balance/`, token, withPin(pin)),
    capture: (ref, pin = '1234', key = ref) =>
      merchant.postJson(`/proxy/api/payments/${ref}/capture/`, token, withPin(pin), {
        'Idempotency-Key': key,
      }),
    pay: (fields = {}) =>
      merchant.payment(parent, { payment_method: method.ref, amount: '20.00', ...fields }),
  }
}

const NOW = '2026-01-15T12:00:00.000Z'

describe('a payment method', () => {
  test('is answered as the documented object, the card token in three parts', async () => {
    const merchant = createMerchant()
    const body = { type: 'ebt', reusable: true, card: { number: '9999420000007845' }, customer_id: 'c-1' }
    const answer = await merchant.postJson('/api/payment_methods/', await merchant.sessionToken(), body)
    expect(answer.status).toBe(201)
    const tok = String.raw`tok_sandbox_\w{22}`
    expect(answer.body).toEqual({
      ref: expect.stringMatching(/^[0-9a-f]{10}$/),
      type: 'ebt',
      balance: null,
      card: {
        last_4: '7845',
        created: NOW,
        token: expect.stringMatching(new RegExp(`^${tok},${tok},${tok}$`)),
        state: 'PA',
        fingerprint: expect.stringMatching(/^[0-9a-f]{64}$/),
        fingerprint_v2: expect.stringMatching(/^[0-9a-f]{64}$/),
      },
      customer_id: 'c-1',
      reusable: true,
    })
  })

  test('keeps its ref for the same customer and card', async () => {
    const { merchant, token, method } = await checkout()
    expect((await merchant.paymentMethod(token)).ref).toBe(method.ref)
  })

  test.each(['999942000000000', '99994200000000000000', '9999 4200 0000 0001', 42])(
    'is refused for the card number %s',
    async (number) => {
      const merchant = createMerchant()
      const body = { type: 'ebt', card: { number } }
      expect(
        await merchant.postJson('/api/payment_methods/', await merchant.sessionToken(), body),
      ).toMatchObject({
        status: 400,
        body: {
          errors: [
            {
              code: 'cannot_parse_request_body',
              message: 'EBT Cards must be 16-19 digits long!',
              source: { resource: 'Payment_Methods', ref: '' },
            },
          ],
        },
      })
    },
  )

  test('has a balance once it was checked; EBT Cash is non_snap on the wire', async () => {
    const { merchant, token, method, balance } = await checkout()
    const checked = { snap: '1000.00', non_snap: '1000.00', updated: NOW }
    expect(await balance()).toMatchObject({ status: 200, body: { ref: method.ref, balance: checked } })
    expect((await merchant.get(`/api/payment_methods/${method.ref}/`, token)).body).toMatchObject({
      balance: checked,
    })
  })

  test('an unknown one is 404 in the documented words', async () => {
    const { merchant, token } = await checkout()
    expect(await merchant.get('/api/payment_methods/e1fff94f29/', token)).toMatchObject({
      status: 404,
      body: {
        errors: [
          {
            code: 'resource_not_found',
            message: 'Payment method with id e1fff94f29 does not exist for Tenant 42 using FNS 9000055',
          },
        ],
      },
    })
  })
})

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
      expires_at: '2026-01-15T12:30:00.000Z',
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
        success_date: NOW,
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

describe('the vault', () => {
  test('has an envelope of its own for a request without a token', async () => {
    const answer = await createMerchant().send('/proxy/api/payments/0ddbcda871/capture/', { method: 'POST' })
    expect(answer.status).toBe(401)
    // forage-android-sdk fixtures/vault/rosetta_vault_error_response.json
    expect(answer.body).toEqual({
      code: 401,
      description: 'authorization header malformed',
      name: 'auth_header_malformed',
    })
  })

  test('relays the API for an expired token, or answers its own, as `vaultTokenRejection` says', async () => {
    const relayed = await checkout()
    relayed.merchant.emulator.control.expireSessionTokens()
    expect((await relayed.balance()).body).toMatchObject({ errors: [{ code: 'expired_session_token' }] })
    const own = await checkout(undefined, createMerchant({ switches: { vaultTokenRejection: 'vault' } }))
    own.merchant.emulator.control.expireSessionTokens()
    expect((await own.balance()).body).toMatchObject({ name: 'auth_header_malformed' })
  })

  test('takes only the card token of its card, and four digits', async () => {
    const { merchant, token, method, balance } = await checkout()
    const path = `/proxy/api/payment_methods/${method.ref}/balance/`
    const body = { pin: '1234', card_number_token: 'tok_sandbox_other' }
    expect((await merchant.postJson(path, token, body)).status).toBe(400)
    expect((await balance('12345')).status).toBe(400)
  })

  test.each([
    ['5555555555555514', 'ebt_error_14'],
    ['5555555555555554', 'ebt_error_54'],
    ['4012888888881881', 'ebt_error_14'],
  ])('a balance of the test card %s fails with %s', async (pan, code) => {
    const { balance, method } = await checkout(pan)
    expect(await balance()).toMatchObject({
      status: 400,
      body: { ref: method.ref, balance: null, error: { forage_code: code, status_code: 400 } },
    })
  })

  test.each(['14', '43', '51', '54', '55', '56', '62'])(
    'a capture of the test card 44444444444444%s fails with that number, its balance does not',
    async (number) => {
      const { balance, capture, pay } = await checkout(`44444444444444${number}`)
      expect((await balance()).status).toBe(200)
      expect((await capture(await pay())).body).toMatchObject({
        error: { forage_code: `ebt_error_${number}` },
      })
    },
  )

  test('the card 654321… has no EBT Cash', async () => {
    expect((await (await checkout('6543210000000000')).balance()).body).toMatchObject({
      balance: { snap: '1000.00', non_snap: '0.00' },
    })
  })

  test('four wrong PINs lock a card for 24 hours; a right one in between starts the count anew', async () => {
    const merchant = createMerchant()
    const pan = '6777777777771234'
    const { balance } = await checkout(pan, merchant)
    const codeOf = async (pin: string): Promise<unknown> =>
      ((await balance(pin)).body as { error?: { forage_code: string } }).error?.forage_code
    for (const pin of ['0', '0', '0', '1234', '0', '0', '0', '0'])
      expect(await codeOf(pin.padEnd(4, '0'))).toBe(pin === '1234' ? undefined : 'ebt_error_55')
    expect(await codeOf('1234')).toBe('ebt_error_75')
    await merchant.emulator.control.advance(24 * 60 * 60 * 1000)
    expect((await (await checkout(pan, merchant)).balance('1234')).status).toBe(200)
  })
})
