import { useQuery } from '@tanstack/react-query'
import { Fragment, type ReactNode } from 'react'

import type { Order } from '../../src/merchant/api/shop-api.ts'
import { readStoreOrders, shopProblemOf } from '../client/shop-client.ts'
import { storeOrdersKey } from '../client/shop-queries.ts'
import { formatCents, formatTime, tenderNames } from '../shared/money.ts'
import { paidPayments } from '../shared/order-flow.ts'
import { Loading } from '../ui/loading.tsx'
import { StepHeading } from '../ui/step-heading.tsx'
import { TenderRefunds } from '../ui/tender-refunds.tsx'
import { TryAgain } from '../ui/try-again.tsx'
import { OrderHeading, orderName } from './order-heading.tsx'
import { RefundForm } from './refund-form.tsx'
import { StoreCancel } from './store-cancel.tsx'

/** Lists the latest orders, with their refunds. */
export function StoreOrders(): ReactNode {
  const orders = useQuery({ queryKey: storeOrdersKey, queryFn: readStoreOrders })
  return (
    <main className="store">
      <div className="store-head">
        <StepHeading>Latest orders</StepHeading>
        <button type="button" className="quiet" onClick={() => void orders.refetch()}>
          {orders.isFetching ? 'Refreshing…' : 'Refresh'}
        </button>
      </div>
      {orders.isPending && <Loading>Loading the orders…</Loading>}
      {orders.isError && (
        <TryAgain
          title="We could not load the orders"
          whatToDo={shopProblemOf(orders.error).whatToDo}
          onRetry={() => orders.refetch()}
        />
      )}
      {orders.data?.length === 0 && <p className="lead">No orders yet.</p>}
      <ul className="orders">
        {orders.data?.map((order) => (
          <StoreOrder key={order.id} order={order} />
        ))}
      </ul>
    </main>
  )
}

const statusNames: Readonly<Record<Order['status'], string>> = {
  open: 'Not paid yet',
  paid: 'Paid',
  canceled: 'Canceled',
}

function StoreOrder({ order }: { order: Order }): ReactNode {
  const { id, createdAt, lines, totalCents, status } = order
  const name = orderName(order)
  const paid = paidPayments(order)
  return (
    <li className="step">
      <div className="store-head">
        <div>
          <OrderHeading order={order} />
          <p className="muted small">{formatTime(createdAt)}</p>
          <p>
            {lines.map((line, index) => (
              <Fragment key={line.id}>
                {index > 0 && ' · '}
                <span className="order-line">{`${line.quantity} × ${line.name}`}</span>
              </Fragment>
            ))}
          </p>
        </div>
        <p className="order-facts">
          <strong className="amount">{formatCents(totalCents)}</strong>
          <span className={`tag status-${status}`}>{statusNames[status]}</span>
        </p>
      </div>
      {paid.map((payment) => (
        <section
          key={payment.ref}
          className="tender"
          aria-label={`Order ${name}, ${tenderNames[payment.tender]}`}
        >
          <h3>
            <span>{tenderNames[payment.tender]}</span>
            <span className="amount">{formatCents(payment.amountCents)}</span>
          </h3>
          <TenderRefunds refunds={payment.refunds} />
          {status !== 'open' && <RefundForm orderId={id} payment={payment} />}
        </section>
      ))}
      {order.extraCharges.map((payment) => (
        <section
          key={payment.ref}
          className="tender"
          aria-label={`Order ${name}, ${tenderNames[payment.tender]}, charged too late`}
        >
          <h3>
            <span>{tenderNames[payment.tender]}, charged too late</span>
            <span className="amount">{formatCents(payment.amountCents)}</span>
          </h3>
          <TenderRefunds refunds={payment.refunds} />
          <RefundForm orderId={id} payment={payment} />
        </section>
      ))}
      {status === 'open' && paid.length > 0 && <StoreCancel order={order} />}
    </li>
  )
}
