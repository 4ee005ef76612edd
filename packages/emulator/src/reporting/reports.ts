import { apiEndpoint } from '../api/api-endpoint.ts'
import { listedError, type ApiError } from '../http/api-error.ts'
import type { Endpoint } from '../http/endpoint.ts'
import { orderStatus } from '../orders/order-state.ts'
import { orderTable, type Order } from '../orders/order.ts'
import { payoutsOf, writePayout } from './payouts.ts'
import {
  pageQuery,
  periodOf,
  periodQuery,
  reportPage,
  REPORTS,
  reportSchema,
  type ReportCall,
} from './report-page.ts'
import { transactionsOf, writeTransaction } from './transactions.ts'

/** The reports by the last part of their path. */
const reports: Readonly<Record<string, (call: ReportCall) => Record<string, unknown>[]>> = {
  transactions: (call) =>
    transactionsOf(call.context, call.merchant, periodOf(call)).map((each) => writeTransaction(call, each)),
  payouts: (call) => {
    const { from, until } = periodOf(call)
    return payoutsOf(call.context, call.merchant)
      .filter(({ at }) => at >= from && at < until)
      .map((payout) => writePayout(call, payout))
  },
  orders: (call) => ordersOf(call).map((order) => writeReportedOrder(call, order)),
}

const shared = {
  method: 'GET',
  tokens: 'authentication',
  scope: 'reporting',
  merchant: 'optional',
  replies: { 200: { description: 'A page of the report.', schema: reportSchema } },
} as const

export const reportEndpoints: readonly Endpoint[] = [
  // Each report has its own path: Hono's fast router cannot distinguish `:report` from `payouts`.
  ...Object.entries(reports).map(([name, report]) =>
    apiEndpoint({
      ...shared,
      path: `/api/reporting/${name}/`,
      summary: `Reports the ${name} of a period.`,
      source: 'docs.joinforage.app/reference/reports',
      query: periodQuery,
      handle: (call) => ({ status: 200, body: reportPage(call, report(call)) }),
    }),
  ),
  apiEndpoint({
    ...shared,
    path: '/api/reporting/payouts/:payout/transactions/',
    summary: 'Reports the transactions of a payout.',
    source: 'docs.joinforage.app/reference/get-payout-transaction-report',
    query: pageQuery,
    handle: (call) => ({ status: 200, body: reportPage(call, payoutTransactions(call)) }),
  }),
]

function payoutTransactions(call: ReportCall): Record<string, unknown>[] {
  const id = call.params['payout'] ?? ''
  const payout = payoutsOf(call.context, call.merchant).find((each) => each.id === id)
  if (!payout) throw unknownReport(call, `There is no payout "${id}".`)
  return payout.transactions.map((each) => writeTransaction(call, each))
}

function unknownReport({ path }: ReportCall, message: string): ApiError {
  const source = { resource: REPORTS, ref: '' }
  return listedError(path, 404, { code: 'resource_not_found', message, source })
}

function ordersOf(call: ReportCall): Order[] {
  const { context, merchant } = call
  const { from, until } = periodOf(call)
  return [...context.store.table(orderTable).values()].filter(
    (order) =>
      order.createdAt >= from &&
      order.createdAt < until &&
      (merchant === undefined || order.merchant.id === merchant.id),
  )
}

/** Writes the fields of the published example. Reports have decimals as numbers. */
function writeReportedOrder({ context }: ReportCall, order: Order): Record<string, unknown> {
  const { receipt, totals } = order
  return {
    ref: order.ref,
    status: orderStatus(context, order),
    snap_eligible_total: totals.snap / 100,
    ebt_cash_eligible_total: totals.ebtCash / 100,
    remaining_total: totals.remaining / 100,
    sales_tax_applied: 0,
    snap_paid: (receipt?.snap ?? 0) / 100,
    ebt_cash_paid: (receipt?.cash ?? 0) / 100,
  }
}
