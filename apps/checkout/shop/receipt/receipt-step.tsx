import { useForageQuery } from '@forage-session/react'
import { useEffect, type ReactNode } from 'react'

import type { Order, OrderPayment } from '../../src/merchant/api/shop-api.ts'
import { emptyCart } from '../cart/cart.ts'
import { changeCart } from '../cart/use-cart.ts'
import type { Payment, Receipt } from '../forage/forage-objects.ts'
import { formatCents, formatDecimal, formatTime, tenderNames } from '../shared/money.ts'
import { paidPayments } from '../shared/order-flow.ts'
import { navigate } from '../shared/route.ts'
import { Fact } from '../ui/fact.tsx'
import { Loading } from '../ui/loading.tsx'
import { StepHeading } from '../ui/step-heading.tsx'
import { TenderRefunds } from '../ui/tender-refunds.tsx'
import { TryAgain } from '../ui/try-again.tsx'
import { NotRefunded } from './not-refunded.tsx'

/** The last step of a paid order. */
export function ReceiptStep({ order }: { order: Order }): ReactNode {
  useEffect(() => {
    changeCart((cart) => (cart.orderId === order.id ? emptyCart : cart))
  }, [order.id])
  const isDelivered = order.fulfilment === 'delivery'
  return (
    <>
      <span className="mark mark-done" aria-hidden="true" />
      <StepHeading>Thank you, your order is paid</StepHeading>
      <p className="lead">
        We are packing your groceries.{' '}
        {isDelivered ? 'We will deliver them today.' : 'Bring this receipt when you pick them up.'}
      </p>
      <dl className="facts" aria-label="Order">
        <Fact name="Store">Harvest Lane Market, 12 Harvest Lane, Springfield</Fact>
        <Fact name="Order">{order.id.slice(0, 8)}</Fact>
        <Fact name="Total">{formatCents(order.totalCents)}</Fact>
      </dl>
      {paidPayments(order).map((payment) => (
        <section key={payment.ref} className="tender" aria-label={tenderNames[payment.tender]}>
          <h2>
            <span>Paid with {tenderNames[payment.tender]}</span>
            <span className="amount">{formatCents(payment.amountCents)}</span>
          </h2>
          {payment.tender !== 'card' && <EbtReceipt payment={payment} />}
          <TenderRefunds refunds={payment.refunds} />
        </section>
      ))}
      {order.extraCharges.map((payment) => (
        <NotRefunded key={payment.ref} payment={payment} />
      ))}
      <div className="actions">
        <button type="button" className="quiet" onClick={() => navigate('/')}>
          Start a new order
        </button>
        <button type="button" className="quiet" onClick={() => print()}>
          Print
        </button>
      </div>
    </>
  )
}

function EbtReceipt({ payment }: { payment: OrderPayment }): ReactNode {
  const found = useForageQuery({
    queryKey: ['receipt', payment.ref],
    queryFn: ({ forage }) => forage.get(`api/payments/${payment.ref}/`).json<Payment>(),
  })
  const receipt = found.data?.receipt
  if (receipt) return <ReceiptFacts receipt={receipt} payment={payment} />
  if (found.isError)
    return (
      <TryAgain
        title="We could not load your receipt"
        whatToDo="Your payment succeeded. Check your connection and try again."
        onRetry={() => found.refetch()}
      />
    )
  return <Loading>Loading your receipt…</Loading>
}

/** The facts that a receipt for EBT must show in addition to the amount: balance left, card, date and reference. */
function ReceiptFacts({ receipt, payment }: { receipt: Receipt; payment: OrderPayment }): ReactNode {
  const { balance } = receipt
  const left = payment.tender === 'ebt_snap' ? balance?.snap : balance?.non_snap
  return (
    <dl className="facts">
      {left !== undefined && (
        <Fact name={`${tenderNames[payment.tender]} balance left`}>{formatDecimal(left)}</Fact>
      )}
      <Fact name="Card">ending in {receipt.last_4}</Fact>
      <Fact name="Date">{formatTime(receipt.created)}</Fact>
      <Fact name="Reference">{receipt.ref_number}</Fact>
    </dl>
  )
}
