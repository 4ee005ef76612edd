import { describe, expect, test } from 'vitest'

import { field, stoppedClock } from '../support/merchant.ts'
import { errorCode, openShop, type Shop } from '../support/shop.ts'

const DAY_MS = 24 * 60 * 60 * 1000
const days = 'start_date=2026-01-15&end_date=2026-01-16'
const cursors = { 'API-Version': '2024-02-15' }

interface Report {
  readonly count?: number
  readonly next: string | null
  readonly previous: string | null
  readonly results: readonly Record<string, unknown>[]
}

async function report(shop: Shop, path: string, headers: Record<string, string> = cursors): Promise<Report> {
  const answer = await shop.call('GET', path, undefined, headers)
  expect(answer.status).toBe(200)
  return answer.body as Report
}

/** Pays $20 with EBT SNAP and returns the ref of the payment. */
async function paid(shop: Shop, pan?: string, fields: object = {}): Promise<string> {
  const method = await shop.paymentMethod(shop.token, pan)
  const ref = await shop.payment(shop.token, { payment_method: method.ref, amount: '20.00', ...fields })
  const pin = { pin: '1234', card_number_token: method.vaultToken }
  await shop.postJson(`/proxy/api/payments/${ref}/capture/`, shop.token, pin)
  return ref
}

test('the scope reporting opens reports and nothing else', async () => {
  const shop = await openShop()
  const token = await shop.authenticationToken({ scope: 'reporting' })
  expect((await shop.get(`/api/reporting/orders/?${days}`, token)).status).toBe(200)
  expect(await shop.get('/api/orders/0000000000/', token)).toMatchObject({
    status: 403,
    body: errorCode('forbidden'),
  })
  const other = await shop.authenticationToken({ scope: 'pinpad_only hosted_checkout accounts' })
  for (const path of ['orders/', 'payouts/0000000000/transactions/'])
    expect(await shop.get(`/api/reporting/${path}?${days}`, other)).toMatchObject({
      status: 403,
      body: errorCode('forbidden'),
    })
})

describe('a report', () => {
  test('a report has pages by cursor from version 2024-02-15 on', async () => {
    const shop = await openShop()
    const refs = [await shop.fullyHosted(), await shop.fullyHosted(), await shop.fullyHosted()]
    const first = await report(shop, `/api/reporting/orders/?${days}&limit=2`)
    expect(first).toMatchObject({ previous: null, results: [{ ref: refs[0] }, { ref: refs[1] }] })
    const next = new URL(first.next ?? '')
    const second = await report(shop, next.pathname + next.search)
    expect(second).toMatchObject({ next: null, results: [{ ref: refs[2] }] })
    const previous = new URL(second.previous ?? '')
    expect(await report(shop, previous.pathname + previous.search)).toMatchObject({ results: first.results })
  })

  test('a report has pages by offset before version 2024-02-15', async () => {
    const shop = await openShop()
    const refs = [await shop.fullyHosted(), await shop.fullyHosted()]
    expect(await report(shop, `/api/reporting/orders/?${days}&limit=1&offset=1`, {})).toMatchObject({
      count: 2,
      next: null,
      previous: expect.stringContaining('offset=0'),
      results: [{ ref: refs[1] }],
    })
  })

  test('the report of orders contains the amounts paid per tender', async () => {
    const shop = await openShop()
    const ref = await shop.fullyHosted()
    await shop.pay(ref)
    const { results } = await report(shop, `/api/reporting/orders/?${days}`)
    expect(results).toEqual([
      {
        ref,
        status: 'succeeded',
        snap_eligible_total: 25.99,
        ebt_cash_eligible_total: 20,
        remaining_total: 5.99,
        sales_tax_applied: 0,
        snap_paid: 25.99,
        ebt_cash_paid: 20,
      },
    ])
  })

  test('the report of payouts follows a day later, with the transactions of each payout', async () => {
    const shop = await openShop()
    await shop.pay(await shop.fullyHosted())
    const path = `/api/reporting/payouts/?${days}`
    expect(await report(shop, path)).toMatchObject({ results: [] })
    await shop.emulator.control.advance(DAY_MS)
    const { results } = await report(shop, path)
    expect(results).toMatchObject([{ merchant_fns_number: '9000055', amount: 45.99 }])
    const payout = `/api/reporting/payouts/${String(results[0]?.['merchant_payout_id'])}/transactions/`
    expect(await report(shop, payout)).toMatchObject({
      results: [
        { transaction_type: 'SNAP_Purchase', amount: 25.99 },
        { transaction_type: 'EBT_Cash_Purchase', amount: 20 },
      ],
    })
    expect(await report(shop, payout, { 'API-Version': '2025-01-14' })).toMatchObject({
      results: [
        { transaction_type: 'Purchase', payment_method: 'SNAP', fns_id: '9000055' },
        { transaction_type: 'Purchase', payment_method: 'EBT_Cash' },
      ],
    })
  })

  test('from version 2024-08-30 on a transaction has the names of the CSV report, and decimals are numbers', async () => {
    const shop = await openShop()
    const ref = await paid(shop)
    const path = `/api/reporting/transactions/?${days}`
    expect((await report(shop, path, { 'API-Version': '2025-01-14' })).results).toEqual([
      {
        ref,
        order_ref: null,
        merchant_id: '123ab45c67',
        fns_id: '9000055',
        recorded_date: '2026-01-15T12:00:00.000000Z',
        payment_method: 'SNAP',
        transaction_type: 'Purchase',
        transaction_amount: 20,
        forage_fee: 0,
        merchant_net_settlement: 20,
        platform_net_settlement: 0,
      },
    ])
    const [older] = (await report(shop, path, { 'API-Version': '2024-08-30' })).results
    expect(older).toMatchObject({ transaction_type: 'SNAP_Purchase', transaction_amount: 20 })
    expect(older).not.toHaveProperty('payment_method')
  })

  test('the report of transactions contains refunds, of payments and of orders, once they have succeeded', async () => {
    const shop = await openShop()
    const [payment, order] = [await paid(shop), await shop.fullyHosted({ ebt_cash_total: 0 })]
    await shop.pay(order)
    const why = { reason: 'Late', metadata: {} }
    await shop.call('POST', `/api/payments/${payment}/refunds/`, { ...why, amount: '5.50' })
    await shop.call('POST', `/api/orders/${order}/refund_all/`, why)
    const kinds = async (): Promise<unknown[]> => {
      const path = `/api/reporting/transactions/?${days}`
      const { results } = await report(shop, path, { 'API-Version': '2025-01-14' })
      return results.map((row) => [
        row['transaction_type'],
        row['order_ref'],
        row['transaction_amount'],
        row['merchant_net_settlement'],
      ])
    }
    const purchases = [
      ['Purchase', null, 20, 20],
      ['Purchase', order, 25.99, 25.99],
    ]
    expect(await kinds()).toEqual(purchases)
    await shop.emulator.control.advance(1000)
    expect(await kinds()).toEqual([
      ...purchases,
      ['Refund', null, 5.5, -5.5],
      ['Refund', order, 25.99, -25.99],
    ])
  })

  test('a failed refund is in no report', async () => {
    const shop = await openShop()
    const payment = await paid(shop, '4333333333333309')
    const body = { reason: 'Late', metadata: {}, amount: '5.50' }
    await shop.call('POST', `/api/payments/${payment}/refunds/`, body, { 'API-Version': '2024-01-08' })
    expect((await report(shop, `/api/reporting/transactions/?${days}`)).results).toHaveLength(1)
  })

  test('a payment or refund that was voided at a terminal is in the reports with its reversal', async () => {
    const shop = await openShop()
    const pos_terminal = { provider_terminal_id: 't-1' }
    const [first, second] = [
      await paid(shop, undefined, { pos_terminal }),
      await paid(shop, undefined, { pos_terminal }),
    ]
    const refunds = `/api/payments/${second}/refunds/`
    const body = { reason: 'Late', metadata: {}, amount: '5.00', pos_terminal }
    const refund = field(await shop.call('POST', refunds, body, { 'API-Version': '2024-01-08' }), 'ref')
    await shop.emulator.control.advance(DAY_MS)
    await shop.call('POST', `/api/payments/${first}/void/`)
    await shop.call('POST', `${refunds}${refund}/void/`)
    const version = { 'API-Version': '2025-01-14' }
    const { results } = await report(shop, `/api/reporting/transactions/?${days}`, version)
    expect(
      results.map((row) => [row['ref'], row['transaction_type'], row['merchant_net_settlement']]),
    ).toEqual([
      [first, 'Purchase', 20],
      [second, 'Purchase', 20],
      [refund, 'Refund', -5],
      [first, 'Void_Purchase', -20],
      [refund, 'Void_Refund', 5],
    ])
    await shop.emulator.control.advance(DAY_MS)
    const period = 'start_date=2026-01-15&end_date=2026-01-18'
    const payouts = (await report(shop, `/api/reporting/payouts/?${period}`, version)).results
    expect(payouts).toMatchObject([
      { total_purchases: 40, total_refunds: 5, total_void_purchases: 0, total_void_refunds: 0, amount: 35 },
      { total_purchases: 0, total_refunds: 0, total_void_purchases: 20, total_void_refunds: 5, amount: -15 },
    ])
    expect(new Set(payouts.map((payout) => payout['merchant_payout_id'])).size).toBe(2)
  })

  test.each([
    [true, 'credit_tpp', 'HSA', 25],
    [false, 'credit_tpp', 'Credit_Debit', 0],
    [false, 'credit_payfac', 'Payfac_Credit_Debit', 25],
  ])(
    'a payment by credit card (HSA or FSA: %s) and %s is reported as %s, with %i dollars for the merchant',
    async (is_hsa_fsa, funding_type, tender, settlement) => {
      const shop = await openShop()
      const card = {
        number: '4000051230002839',
        exp_month: 4,
        exp_year: 2030,
        security_code: '123',
        is_hsa_fsa,
      }
      const stored = await shop.call('POST', '/proxy/api/payment_methods/', { type: 'credit', card })
      const fields = { funding_type, payment_method: field(stored, 'ref'), amount: '25.00' }
      const ref = await shop.payment(shop.token, fields)
      await shop.call('POST', `/api/payments/${ref}/authorize/`)
      await shop.call('POST', `/api/payments/${ref}/capture_payment/`, {})
      const path = `/api/reporting/transactions/?${days}`
      expect(await report(shop, path, { 'API-Version': '2025-01-14' })).toMatchObject({
        results: [{ ref, payment_method: tender, merchant_net_settlement: settlement }],
      })
    },
  )

  test.each([
    ['utc', '2026-01-16'],
    ['pacific', '2026-01-15'],
  ] as const)('a day of a report is a day in %s', async (reportDays, day) => {
    // 2026-01-16T07:59:59Z
    const clock = stoppedClock(Date.UTC(2026, 0, 16, 7, 59, 59))
    const shop = await openShop({ switches: { reportDays }, clock })
    await shop.fullyHosted()
    const found = async (start: string): Promise<number> =>
      (await report(shop, `/api/reporting/orders/?start_date=${start}&end_date=${start}`)).results.length
    expect([await found('2026-01-15'), await found('2026-01-16')]).toEqual(
      day === '2026-01-15' ? [1, 0] : [0, 1],
    )
    await shop.emulator.control.advance(1000)
    await shop.fullyHosted()
    expect(await found('2026-01-16')).toBe(day === '2026-01-15' ? 1 : 2)
  })

  test('a report covers one merchant, or the whole platform without the header', async () => {
    const shop = await openShop({ merchants: ['123ab45c67', 'abcdef1234'] })
    await shop.fullyHosted()
    const path = `/api/reporting/orders/?${days}`
    expect((await report(shop, path, { 'Merchant-Account': 'abcdef1234' })).results).toHaveLength(0)
    expect((await report(shop, path, { 'Merchant-Account': '' })).results).toHaveLength(1)
  })

  test.each([
    'orders/',
    'orders/?start_date=2026-01-15',
    'orders/?start_date=2026-02-30&end_date=2026-03-01',
    'orders/?start_date=2026-01-16&end_date=2026-01-15',
    `orders/?${days}&limit=1001`,
    `orders/?${days}&limit=0`,
    `orders/?${days}&cursor=nonsense`,
  ])('a report with invalid parameters is refused: %s', async (path) => {
    const shop = await openShop()
    expect(await shop.call('GET', `/api/reporting/${path}`, undefined, cursors)).toMatchObject({
      status: 400,
      body: errorCode('invalid_input_data'),
    })
  })

  test('an unknown report is 404', async () => {
    const shop = await openShop()
    expect((await shop.call('GET', `/api/reporting/toString/?${days}`)).status).toBe(404)
    expect((await shop.call('GET', '/api/reporting/payouts/x/transactions/')).status).toBe(404)
  })
})
