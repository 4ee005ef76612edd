import type { Answer, Api } from '../../api.ts'
import { paid } from '../../checkout.ts'
import { expectAnswer, expectSuccess, isText, unlike, type Pattern } from '../../expect.ts'
import { factsOf, type Fact } from '../../fact.ts'
import { hostedSession } from '../../hosted.ts'
import { docs } from '../../sources.ts'
import { time } from '../payments/patterns.ts'

const { documented, inferred, unknown } = factsOf('5.9')

const transactions = docs('reference/get-transaction-report')
const DAY_MS = 24 * 60 * 60 * 1000

async function report(api: Api, path: string, merchant?: string | null): Promise<Answer> {
  return await api.send('GET', `/api/reporting/${path}`, {
    token: await api.authenticationToken('reporting'),
    headers: { 'API-Version': '2025-01-14' },
    ...(merchant === undefined ? {} : { merchant }),
  })
}

/** Returns the report of the transactions of today and the days around it. */
async function recentTransactions(api: Api): Promise<Answer> {
  const now = Date.parse((await report(api, 'transactions/')).headers.get('date') ?? '')
  const [start, end] = [dayOf(now - DAY_MS), dayOf(now + DAY_MS)]
  return await report(api, `transactions/?start_date=${start}&end_date=${end}&limit=1000`)
}

function dayOf(at: number): string {
  return new Date(at).toISOString().slice(0, 10)
}

/** Returns the rows of a report. Throws `Mismatch` if there are none of this type. */
function rowsOf(answer: Answer, type: string): Record<string, unknown>[] {
  expectAnswer(answer, { status: 200, body: { results: Array.isArray } })
  const { results } = answer.body as { results: Record<string, unknown>[] }
  const rows = results.filter((row) => row['transaction_type'] === type)
  if (rows.length === 0) throw unlike(answer, `the report has no ${type}`)
  return rows
}

function expectRow(answer: Answer, row: Record<string, unknown>, pattern: Pattern): void {
  expectAnswer({ ...answer, text: JSON.stringify(row), body: row }, { body: pattern })
}

const isNumber = (value: unknown): boolean => typeof value === 'number'

async function refunded(api: Api): Promise<void> {
  const { ref } = await paid(api)
  const body = { amount: '5.00', reason: 'Returned', metadata: {} }
  const headers = { 'Idempotency-Key': api.unique(), 'API-Version': '2024-01-08' }
  const token = await api.authenticationToken()
  expectSuccess(await api.send('POST', `/api/payments/${ref}/refunds/`, { token, body, headers }))
}

export const reportFacts: readonly Fact[] = [
  documented('limit', transactions, 'A report with a limit of more than 1000 is 400.', async (api) => {
    const answer = await report(api, 'transactions/?start_date=2026-01-01&end_date=2026-01-02&limit=1001')
    expectAnswer(answer, { status: 400 })
  }),
  documented('platform', transactions, 'A report without a merchant covers the platform.', async (api) => {
    const path = 'transactions/?start_date=2026-01-01&end_date=2026-01-02'
    expectAnswer(await report(api, path, null), { status: 200, body: { results: Array.isArray } })
  }),
  documented(
    'refunds',
    transactions,
    'The report of transactions contains purchases and refunds of payments.',
    async (api) => {
      await refunded(api)
      const answer = await recentTransactions(api)
      rowsOf(answer, 'Purchase')
      rowsOf(answer, 'Refund')
    },
    'write',
  ),
  documented(
    'payment-method',
    docs('reference/changelog'),
    'From version 2025-01-14 on, payment_method is separate from transaction_type.',
    async (api) => {
      await paid(api)
      const answer = await recentTransactions(api)
      const kinds = /^(SNAP|EBT_Cash|Credit_Debit|Payfac_Credit_Debit|HSA|FSA)$/
      for (const row of rowsOf(answer, 'Purchase')) expectRow(answer, row, { payment_method: kinds })
    },
    'write',
  ),
  inferred(
    'names',
    docs('docs/transaction-reports'),
    'A transaction has the names of the CSV report, and its amounts are numbers.',
    async (api) => {
      await paid(api)
      const answer = await recentTransactions(api)
      for (const row of rowsOf(answer, 'Purchase'))
        expectRow(answer, row, {
          merchant_id: isText,
          fns_id: isText,
          recorded_date: time,
          transaction_amount: isNumber,
          merchant_net_settlement: isNumber,
          platform_net_settlement: isNumber,
        })
    },
    'write',
  ),
  inferred(
    'refund-settlement',
    docs('docs/transaction-reports'),
    'A refund has a positive amount, and a negative settlement for the merchant.',
    async (api) => {
      await refunded(api)
      const answer = await recentTransactions(api)
      for (const row of rowsOf(answer, 'Refund'))
        expectRow(answer, row, {
          transaction_amount: (amount) => Number(amount) > 0,
          merchant_net_settlement: (amount) => Number(amount) < 0,
        })
    },
    'write',
  ),
  unknown(
    'days',
    `${transactions}, ${docs('reference/reports')}`,
    'One page has the days of a report in UTC, another one in Pacific time.',
    async (api) => {
      // At one o'clock UTC, it is still yesterday in Pacific time.
      const now = Date.parse((await report(api, 'orders/')).headers.get('date') ?? '')
      const at = Math.floor(now / DAY_MS) * DAY_MS + DAY_MS + 60 * 60 * 1000
      await api.advance(at - now)
      expectSuccess(await hostedSession(api))
      const today = dayOf(at)
      const answer = await report(api, `orders/?start_date=${today}&end_date=${today}`)
      const isUtc = answer.text.includes('"ref"')
      return { note: isUtc ? 'UTC' : 'Pacific time', choice: { reportDays: isUtc ? 'utc' : 'pacific' } }
    },
    'control',
  ),
]
