import { describe, expect, test } from 'vitest'

import type { Switches } from '../../src/index.ts'
import { checkout, codeOf, type Checkout } from '../support/checkout.ts'
import { createMerchant, field, type Answer } from '../support/merchant.ts'

interface Healthcare extends Checkout {
  readonly ref: string
  act(what: string, body?: object): ReturnType<Checkout['call']>
}

/** Creates a payment by HSA or FSA card. */
async function healthcare(
  number = '4000051230002839',
  funding_type = 'credit_tpp',
  switches: Partial<Switches> = {},
): Promise<Healthcare> {
  const shop = await checkout(undefined, createMerchant({ switches }))
  const card = { number, exp_month: 4, exp_year: 2030, security_code: '123', is_hsa_fsa: true }
  const stored = await shop.merchant.postJson('/proxy/api/payment_methods/', shop.token, {
    type: 'credit',
    card,
  })
  const created = await shop.call('POST', '/api/payments/', {
    funding_type,
    payment_method: field(stored, 'ref'),
    amount: '25.00',
    qualified_healthcare_total: '20.00',
  })
  const ref = field(created, 'ref')
  return { ...shop, ref, act: (what, body) => shop.call('POST', `/api/payments/${ref}/${what}/`, body) }
}

describe('a payment by HSA or FSA', () => {
  test('a payment by HSA or FSA is authorized, then captured for the amount or less', async () => {
    const { act, ref } = await healthcare()
    expect((await act('authorize')).body).toMatchObject({ ref, status: 'authorized', amount: '25.00' })
    expect((await act('capture_payment', { capture_amount: '25.01' })).status).toBe(400)
    expect((await act('capture_payment', { capture_amount: '20.00' })).body).toMatchObject({
      status: 'succeeded',
      amount: '20.00',
      authorization_amount: '25.00',
      qualified_healthcare_total: '20.00',
      receipt: null,
    })
    expect(codeOf(await act('capture_payment', {}))).toBe('cannot_capture_payment')
  })

  test.each(['credit_tpp', 'credit_payfac'])(
    'a payment with the funding type %s is authorized and captured',
    async (fundingType) => {
      const { act } = await healthcare(undefined, fundingType)
      expect((await act('authorize')).body).toMatchObject({
        status: 'authorized',
        funding_type: fundingType,
      })
      expect((await act('capture_payment', {})).body).toMatchObject({ status: 'succeeded' })
    },
  )

  test('the authorization of a payment requires an Idempotency-Key, and changes nothing without one', async () => {
    const { call, read, ref } = await healthcare()
    const keyless = { 'Idempotency-Key': '' }
    const refused = await call('POST', `/api/payments/${ref}/authorize/`, {}, keyless)
    expect([refused.status, codeOf(refused)]).toEqual([400, 'invalid_input_data'])
    expect(await read(ref)).toMatchObject({ status: 'requires_confirmation' })
  })

  test.each([
    [
      'two products that add up',
      [
        { unit_price: '5.00', quantity: '3' },
        { unit_price: 10, quantity: 1 },
      ],
      200,
    ],
    ['a part of a product', [{ unit_price: '50.00', quantity: 0.5 }], 200],
    ['no product', [], 200],
    ['products that cost less', [{ unit_price: '7.00', quantity: '1' }], 'amount_mismatch'],
    ['products that cost more', [{ unit_price: '25.01', quantity: 1 }], 'amount_mismatch'],
    ['a product without a price', [{ quantity: 1 }], 'invalid_input_data'],
    ['a product that is a text', ['Bandages'], 'invalid_input_data'],
  ])('a capture with %s gets the documented answer', async (_, product_list, expected) => {
    const { act, read, ref } = await healthcare()
    await act('authorize')
    const answer = await act('capture_payment', { capture_amount: '25.00', product_list })
    expect(codeOf(answer) ?? answer.status).toBe(expected)
    expect(await read(ref)).toMatchObject({ status: expected === 200 ? 'succeeded' : 'authorized' })
  })

  test.each([
    ['of the same sum', '20.00', 200],
    ['of another sum', '1.00', 'amount_mismatch'],
  ])('an EBT capture with products %s gets the documented answer', async (_, unit_price, expected) => {
    const { call, pay, read } = await checkout()
    const ref = await pay()
    await call('POST', `/api/payments/${ref}/collect_pin_backend/`, { pin: '1234' })
    const capture = (body: object): Promise<Answer> =>
      call('POST', `/api/payments/${ref}/capture_payment/`, body)
    const answer = await capture({ product_list: [{ unit_price, quantity: 1 }] })
    expect(codeOf(answer) ?? answer.status).toBe(expected)
    if (expected === 200) return
    expect(await read(ref)).toMatchObject({ status: 'requires_confirmation', previous_errors: [] })
    // The refusal took no PIN.
    expect((await capture({})).body).toMatchObject({ status: 'succeeded' })
  })

  test('an authorization sent again with its key gets the first answer', async () => {
    const { call, ref } = await healthcare()
    const authorize = (): ReturnType<typeof call> =>
      call('POST', `/api/payments/${ref}/authorize/`, {}, { 'Idempotency-Key': 'once' })
    const first = await authorize()
    expect(first.status).toBe(200)
    expect((await authorize()).body).toEqual(first.body)
  })

  test('an authorization that may be partial moves the original amount to requested_amount', async () => {
    const { act } = await healthcare()
    expect((await act('authorize', { request_partial_authorization: 'yes' })).status).toBe(400)
    expect((await act('authorize', { request_partial_authorization: true })).body).toMatchObject({
      status: 'authorized',
      amount: '25.00',
      requested_amount: '25.00',
    })
  })

  test('an authorization that may be partial holds the balance of a card that has less', async () => {
    const poor = { healthcareBalanceCents: 1500 }
    const { act } = await healthcare(undefined, 'credit_tpp', poor)
    const partial = { status: 'authorized', amount: '15.00', requested_amount: '25.00' }
    expect((await act('authorize', { request_partial_authorization: true })).body).toMatchObject(partial)
    expect((await act('capture_payment', { capture_amount: '15.01' })).status).toBe(400)
    expect((await act('capture_payment', { capture_amount: '10.00' })).body).toMatchObject({
      status: 'succeeded',
      amount: '10.00',
      authorization_amount: '15.00',
      requested_amount: '25.00',
    })
  })

  test.each([{}, { request_partial_authorization: false }])(
    'an authorization of more than the balance fails with %o, and the payment keeps its amount',
    async (body) => {
      const { act, read, ref } = await healthcare(undefined, 'credit_tpp', { healthcareBalanceCents: 2499 })
      expect(codeOf(await act('authorize', body))).toBe('card_declined')
      expect(await read(ref)).toMatchObject({ status: 'failed', amount: '25.00', requested_amount: null })
    },
  )

  test('a payment by HSA or FSA is captured neither before it is authorized nor with a PIN', async () => {
    const { act, capture, ref } = await healthcare()
    expect(codeOf(await act('capture_payment', {}))).toBe('cannot_capture_payment')
    await act('authorize')
    expect(codeOf(await act('authorize'))).toBe('cannot_authorize_payment')
    for (const answer of [await capture(ref), await act('capture-sync')])
      expect(codeOf(answer)).toBe('cannot_capture_payment')
    expect(codeOf(await act('collect_pin_backend', { pin: '1234' }))).toBe('cannot_capture_payment')
  })

  test.each([
    ['4000000000000069', 'expired_card'],
    ['4000000000000127', 'incorrect_cvc'],
    ['4000000000000341', 'card_declined'],
  ])('a payment by HSA or FSA with the test card %s fails with %s', async (number, code) => {
    const { act, read, ref } = await healthcare(number)
    const answer = await act('authorize')
    expect([answer.status, codeOf(answer)]).toEqual([400, code])
    expect(await read(ref)).toMatchObject({ status: 'failed', last_processing_error: code })
  })

  test('a payment by HSA or FSA is canceled only when authorized, and voided even after the capture', async () => {
    const first = await healthcare()
    expect(codeOf(await first.act('cancel'))).toBe('cannot_cancel_payment')
    await first.act('authorize')
    expect((await first.act('cancel')).body).toMatchObject({ status: 'canceled' })
    const second = await healthcare()
    expect(codeOf(await second.act('void'))).toBe('cannot_void_payment')
    await second.act('authorize')
    await second.act('capture_payment', {})
    expect((await second.act('void')).body).toMatchObject({ status: 'canceled' })
    expect(codeOf(await second.act('void'))).toBe('cannot_void_payment')
  })

  test('a payment by HSA or FSA is refunded up to its amount, even after 90 days', async () => {
    const { act, ref, refund, merchant } = await healthcare()
    await act('authorize')
    await act('capture_payment', {})
    expect((await refund(ref, '24.00')).body).toMatchObject({ status: 'succeeded', receipt: null })
    expect((await refund(ref, '1.01')).status).toBe(400)
    await merchant.emulator.control.advance(100 * 24 * 60 * 60 * 1000)
    const token = await merchant.authenticationToken()
    const body = { amount: '1.00', reason: '', metadata: {} }
    const late = await merchant.postJson(`/api/payments/${ref}/refunds/`, token, body, {
      'Idempotency-Key': 'l',
    })
    expect(late.status).toBe(201)
  })
})

test('each funding type accepts only its own cards', async () => {
  const { call, method, ref } = await healthcare()
  const credit = ((await call('GET', `/api/payments/${ref}/`)).body as { payment_method: string })
    .payment_method
  for (const [funding_type, payment_method] of [
    ['credit_tpp', method.ref],
    ['credit_payfac', method.ref],
    ['benefit', method.ref],
    ['ebt_snap', credit],
  ])
    expect((await call('POST', '/api/payments/', { funding_type, payment_method, amount: '1' })).status).toBe(
      400,
    )
})

test('an EBT payment cannot be authorized', async () => {
  const { call, pay } = await checkout()
  expect(codeOf(await call('POST', `/api/payments/${await pay()}/authorize/`))).toBe(
    'cannot_authorize_payment',
  )
})
