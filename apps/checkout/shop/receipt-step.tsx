import type { Dispatch, ReactNode } from 'react'

import type { CheckoutEvent, CheckoutFlow } from './checkout-flow.ts'
import type { Receipt } from './forage-objects.ts'
import { formatDecimal } from './money.ts'
import { Notice } from './notice.tsx'
import { StepHeading } from './step-heading.tsx'
import { usePayment } from './use-payment.ts'

export interface ReceiptStepProps {
  flow: Extract<CheckoutFlow, { step: 'receipt' }>
  dispatch: Dispatch<CheckoutEvent>
}

export function ReceiptStep({ flow, dispatch }: ReceiptStepProps): ReactNode {
  const payment = usePayment(flow.paymentRef)
  const receipt = payment.data?.receipt
  return (
    <>
      <StepHeading>Thank you, your order is paid</StepHeading>
      <p className="lead">We are packing your groceries. Bring this receipt when you pick them up.</p>
      {receipt && <ReceiptFacts receipt={receipt} />}
      {!receipt && !payment.isError && <output className="status">Getting your receipt…</output>}
      {!receipt && payment.isError && (
        <Notice tone="error" title="Your receipt could not be read">
          <p>Your payment went through. Check your connection and try again.</p>
          <button type="button" className="quiet" onClick={() => void payment.refetch()}>
            Try again
          </button>
        </Notice>
      )}
      <div className="actions">
        <button type="button" className="quiet" onClick={() => dispatch({ type: 'started-over' })}>
          Start a new order
        </button>
      </div>
    </>
  )
}

const dateTime = new Intl.DateTimeFormat('en-US', { dateStyle: 'medium', timeStyle: 'short' })

/** What a receipt for EBT has to show: what each benefit paid, and what is left of it. */
function ReceiptFacts({ receipt }: { receipt: Receipt }): ReactNode {
  const facts = [
    ['Paid with EBT SNAP', formatDecimal(receipt.snap_amount)],
    ['Paid with EBT Cash', formatDecimal(receipt.ebt_cash_amount)],
    ['EBT SNAP balance left', formatDecimal(receipt.balance.snap)],
    ['EBT Cash balance left', formatDecimal(receipt.balance.non_snap)],
    ['Card', `ending in ${receipt.last_4}`],
    ['Date', dateTime.format(new Date(receipt.created))],
    ['Reference', receipt.ref_number],
  ] as const
  return (
    <dl className="facts" aria-label="Receipt">
      {facts.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  )
}
