import { runRandomOrders, type RandomOrders } from '../../../checkout/test/money/random-orders.ts'
import { judged, type Row } from '../measurement.ts'

export interface BooksRun {
  readonly rows: readonly Row[]
  readonly notes: readonly string[]
}

/** Lets 500 random orders run in the sample checkout while calls are lost or late, and compares all books. */
export async function compareBooks(): Promise<BooksRun> {
  const run = await runRandomOrders({ seed: 1, orders: 500, atOnce: 16, troubled: 0.12 })
  return { rows: rows(run), notes: [note(run), ...firstDisagreement(run)] }
}

function rows({ disagreements, statuses, calls }: RandomOrders): Row[] {
  return [
    {
      id: 'books.orders',
      what: 'random orders with lost and late calls',
      unit: 'orders',
      ours: statuses.open + statuses.paid + statuses.canceled,
    },
    {
      id: 'books.troubled',
      what: 'calls that were lost or late',
      unit: 'calls',
      ours: calls.lost + calls.unanswered + calls.late + calls.overtaken,
    },
    judged({
      id: 'books.disagreements',
      what: 'disagreements between the books of shop, card processor and emulator',
      unit: 'disagreements',
      ours: disagreements.length,
      target: 0,
    }),
  ]
}

function note({ statuses, refundedByCancelCents, calls }: RandomOrders): string {
  return (
    `Of the random orders, ${statuses.paid} were paid, ${statuses.canceled} canceled and ${statuses.open} left open. ` +
    `Canceled orders got back $${(refundedByCancelCents / 100).toFixed(2)}, which they had been charged before or during the cancellation. ` +
    `Of ${calls.calls} calls between customers, shop, card processor and emulator, ${calls.lost} never arrived, ${calls.unanswered} lost their answer, ` +
    `${calls.late} were late, and ${calls.overtaken} arrived after their caller had given up.`
  )
}

function firstDisagreement({ disagreements }: RandomOrders): string[] {
  return disagreements.length === 0 ? [] : [`The first disagreement: ${disagreements[0]}`]
}
