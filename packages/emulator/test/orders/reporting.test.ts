import { describe, expect, test } from 'vitest'

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
