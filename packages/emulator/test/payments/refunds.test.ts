import { describe, expect, test } from 'vitest'

import { checkout, codeOf, type Checkout } from '../support/checkout.ts'
import { createMerchant, field, type Answer } from '../support/merchant.ts'

const DAY_MS = 24 * 60 * 60 * 1000

async function paid(
  pan?: string,
  fields: object = {},
  merchant = createMerchant(),
): Promise<Checkout & { ref: string }> {
  const shop = await checkout(pan, merchant)
  const ref = await shop.pay({ ...fields })
  expect((await shop.capture(ref)).status).toBe(200)
  return { ...shop, ref }
}

async function snap({ balance }: Checkout): Promise<unknown> {
  return ((await balance()).body as { balance: { snap: string } }).balance.snap
}

describe('a refund', () => {
  test('a refund returns the money, and succeeds immediately from version 2024-01-08 on', async () => {
    const shop = await paid()
    const answer = await shop.refund(shop.ref, '5.50', {
      metadata: { why: 'eggs' },
      external_order_id: 'o-1',
    })
    const ref = field(answer, 'ref')
    expect(answer).toMatchObject({
      status: 201,
      body: {
        payment_ref: shop.ref,
        merchant: '9000055',
        funding_type: 'ebt_snap',
        amount: '5.50',
        reason: 'Out of eggs',
        metadata: { why: 'eggs' },
        external_order_id: 'o-1',
        status: 'succeeded',
        last_processing_error: null,
        receipt: {
          snap_amount: '5.50',
          ebt_cash_amount: '0.00',
          balance: { snap: '985.50', non_snap: '1000.00' },
          message: 'Approved',
          transaction_type: 'Refund',
          ref_number: ref,
          is_voided: false,
        },
      },
    })
    expect(await snap(shop)).toBe('985.50')
  })

  test('before version 2024-01-08 a refund is processing without a receipt, until it is read again', async () => {
    const shop = await paid()
    const body = { amount: 5, reason: '', metadata: {} }
    const created = await shop.call('POST', `/api/payments/${shop.ref}/refunds/`, body)
    expect(created).toMatchObject({ status: 201, body: { status: 'processing', receipt: null } })
    const path = `/api/payments/${shop.ref}/refunds/${field(created, 'ref')}/`
    expect((await shop.call('GET', path)).body).toMatchObject({ status: 'processing', receipt: null })
    await shop.merchant.emulator.control.advance(1000)
    expect((await shop.call('GET', path)).body).toMatchObject({
      status: 'succeeded',
      receipt: { snap_amount: '5.00' },
    })
  })

  test('a refund is listed with its payment, by ref or as the whole object with with_refunds', async () => {
    const shop = await paid(undefined, { external_order_id: 'o-1' })
    const refund = (await shop.refund(shop.ref, '1.00')).body as { ref: string }
    expect(await shop.read(shop.ref)).toMatchObject({ refunds: [refund.ref] })
    const list = async (query: string): Promise<unknown> =>
      (await shop.call('GET', `/api/payments/?external_order_id=o-1${query}`)).body
    expect(await list('')).toMatchObject([{ ref: shop.ref, refunds: [refund.ref] }])
    expect(await list('&with_refunds')).toMatchObject([{ ref: shop.ref, refunds: [{ ref: refund.ref }] }])
    expect((await shop.call('GET', `/api/payments/${shop.ref}/refunds/`)).body).toMatchObject([refund])
  })

  test('a refund has both fixed settlements as numbers: those of the request, or else 0', async () => {
    const shop = await paid()
    const settled = { merchant_fixed_settlement: '5.95', platform_fixed_settlement: 5.11 }
    expect((await shop.refund(shop.ref, '6.00', settled)).body).toMatchObject({
      merchant_fixed_settlement: 5.95,
      platform_fixed_settlement: 5.11,
    })
    expect((await shop.refund(shop.ref, '6.00')).body).toMatchObject({
      merchant_fixed_settlement: 0,
      platform_fixed_settlement: 0,
    })
    expect(codeOf(await shop.refund(shop.ref, '6.00', { merchant_fixed_settlement: 'all' }))).toBe(
      'invalid_input_data',
    )
  })

  test.each([
    ['4333333333333311', 'ebt_cash'],
    ['4333333333333309', 'ebt_snap'],
  ])('a refund of the test card %s by %s fails as 201', async (pan, type) => {
    const shop = await paid(pan, { funding_type: type })
    expect(await shop.refund(shop.ref, '5.00')).toMatchObject({
      status: 201,
      body: {
        status: 'failed',
        last_processing_error: 'ebt_error_61',
        receipt: { message: expect.not.stringMatching('Approved') },
      },
    })
    expect((await shop.balance()).body).toMatchObject({
      balance: { [type === 'ebt_snap' ? 'snap' : 'non_snap']: '980.00' },
    })
  })

  test('a refund of more than the rest fails, or is refused if `excessRefund` says so', async () => {
    const shop = await paid()
    await shop.refund(shop.ref, '19.99')
    expect((await shop.refund(shop.ref, '0.02')).body).toMatchObject({
      status: 'failed',
      last_processing_error: 'ebt_error_61',
    })
    expect((await shop.refund(shop.ref, '0.01')).body).toMatchObject({ status: 'succeeded' })
    expect(await snap(shop)).toBe('1000.00')
    const strict = await paid(undefined, {}, createMerchant({ switches: { excessRefund: 'reject' } }))
    expect((await strict.refund(strict.ref, '20.01')).status).toBe(400)
    expect(await strict.read(strict.ref)).toMatchObject({ refunds: [] })
  })

  test('one idempotency key creates one refund', async () => {
    const shop = await paid()
    const body = { amount: '5.00', reason: '', metadata: {} }
    const send = (): Promise<Answer> =>
      shop.call('POST', `/api/payments/${shop.ref}/refunds/`, body, { 'Idempotency-Key': 'refund-1' })
    expect((await send()).body).toEqual((await send()).body)
    expect(await snap(shop)).toBe('985.00')
  })

  test('a refund more than 90 days after the payment is refused with the documented words', async () => {
    const shop = await paid()
    await shop.merchant.emulator.control.advance(90 * DAY_MS)
    expect((await renewed(shop)).status).toBe(201)
    await shop.merchant.emulator.control.advance(1)
    expect(await renewed(shop)).toMatchObject({
      status: 400,
      body: {
        errors: [
          {
            code: 'cannot_refund_after_90_days',
            message: `Per federal regulations, refunds to EBT payment methods cannot be processed after 90 days. Payment ${shop.ref} succeeded on 2026-01-15T12:00:00.000000Z`,
            source: { resource: 'Payments', ref: shop.ref },
          },
        ],
      },
    })
  })

  test('a refund of an uncaptured payment is refused, and of another merchant’s payment not found', async () => {
    const shop = await checkout()
    expect(codeOf(await shop.refund(await shop.pay(), '1.00'))).toBe('cannot_refund_payment')
    const unknown = await shop.call('GET', `/api/payments/${await shop.pay()}/refunds/0ddbcda871/`)
    expect(unknown).toMatchObject({
      status: 404,
      body: {
        errors: [
          {
            code: 'resource_not_found',
            message: 'Refund with ref 0ddbcda871 does not exist for current Merchant with FNS 9000055.',
            source: { resource: 'Refund', ref: '0ddbcda871' },
          },
        ],
      },
    })
  })

  test.each([{ amount: '0' }, { amount: 'x' }, { reason: 1 }, { metadata: 'x' }])(
    'a refund with %o is refused',
    async (fields) => {
      const shop = await paid()
      const answer = await shop.refund(shop.ref, '1.00', fields)
      expect([answer.status, codeOf(answer)]).toEqual([400, 'invalid_input_data'])
      expect(await snap(shop)).toBe('980.00')
    },
  )

  test('a refund is sent to webhooks when it has its final status', async () => {
    const delivered: { type: string; ref: string; data: Record<string, unknown> }[] = []
    const fetch = (async (_url: string, { body: sent }: { body: string }) => {
      delivered.push(JSON.parse(sent) as (typeof delivered)[number])
      return new Response()
    }) as unknown as typeof globalThis.fetch
    const webhooks = [{ url: 'http://127.0.0.1:1/', secret: 's', types: ['REFUND_STATUS_UPDATED' as const] }]
    const shop = await paid(undefined, {}, createMerchant({ webhooks, fetch }))
    const body = { amount: '5.00', reason: '', metadata: {} }
    const ref = field(await shop.call('POST', `/api/payments/${shop.ref}/refunds/`, body), 'ref')
    expect(delivered).toEqual([])
    await shop.merchant.emulator.control.advance(1000)
    await expect.poll(() => delivered).toHaveLength(1)
    expect(delivered[0]).toMatchObject({
      type: 'REFUND_STATUS_UPDATED',
      ref: expect.not.stringMatching(ref),
      data: {
        payment_ref: shop.ref,
        refund_ref: ref,
        order_ref: null,
        funding_type: 'ebt_snap',
        amount: '5.00',
        status: 'succeeded',
        merchant_fns: '9000055',
        merchant_id: '123ab45c67',
      },
    })
  })
})

describe('a payment at a terminal', () => {
  const pos_terminal = { provider_terminal_id: 't-1' }

  test('a refund at a terminal can be voided once', async () => {
    const shop = await paid()
    const ref = field(await shop.refund(shop.ref, '5.00', { pos_terminal }), 'ref')
    const path = `/api/payments/${shop.ref}/refunds/${ref}/void/`
    expect((await shop.call('POST', path)).body).toMatchObject({
      status: 'succeeded',
      receipt: { is_voided: true, balance: { snap: '985.00' } },
    })
    expect(await snap(shop)).toBe('980.00')
    expect(codeOf(await shop.call('POST', path))).toBe('cannot_void_refund')
    expect((await shop.refund(shop.ref, '20.00')).body).toMatchObject({ status: 'succeeded' })
  })

  test('a payment at a terminal can be voided once, and an online payment has to be refunded', async () => {
    const shop = await paid(undefined, { pos_terminal })
    const path = `/api/payments/${shop.ref}/void/`
    expect((await shop.call('POST', path)).body).toMatchObject({
      receipt: { is_voided: true, balance: { snap: '980.00' } },
    })
    expect(await snap(shop)).toBe('1000.00')
    expect(codeOf(await shop.call('POST', path))).toBe('cannot_void_payment')
    expect((await shop.refund(shop.ref, '1.00')).body).toMatchObject({ status: 'failed' })
    const online = await paid()
    expect(codeOf(await online.call('POST', `/api/payments/${online.ref}/void/`))).toBe('cannot_void_payment')
    const refund = field(await online.refund(online.ref, '1.00'), 'ref')
    const refundPath = `/api/payments/${online.ref}/refunds/${refund}/void/`
    expect(codeOf(await online.call('POST', refundPath))).toBe('cannot_void_refund')
  })
})

/** Refunds with a token that is not 90 days old. */
async function renewed({ merchant, ref }: Checkout & { ref: string }): Promise<Answer> {
  const token = await merchant.authenticationToken()
  const body = { amount: '1.00', reason: '', metadata: {} }
  const key = { 'Idempotency-Key': `late-${merchant.emulator.control.requests().length}` }
  return merchant.postJson(`/api/payments/${ref}/refunds/`, token, body, key)
}
