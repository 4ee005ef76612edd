import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useId, useState, type ReactNode } from 'react'

import type { NewRefund, Order, OrderPayment, OrderRefund } from '../../src/merchant/api/shop-api.ts'
import { parseCents } from '../amounts/amounts.ts'
import { refundOrder, ShopError } from '../api/shop-client.ts'
import { storeOrdersKey, useShowStoreOrder } from '../api/shop-queries.ts'
import { formatCents, tenderNames } from '../shared/money.ts'
import { unrefundedCents } from '../shared/order-flow.ts'
import { PrimaryButton } from '../ui/primary-button.tsx'
import { ShopProblemNotice } from '../ui/shop-problem-notice.tsx'

export interface RefundFormProps {
  orderId: string
  payment: OrderPayment
}

/** Closed until somebody wants it: a refund is not made by a slip of the hand. */
export function RefundForm({ orderId, payment }: RefundFormProps): ReactNode {
  const [isOpen, setOpen] = useState(false)
  const left = unrefundedCents(payment)
  if (left <= 0) return <p className="muted small">{nothingLeft(payment.refunds)}</p>
  if (isOpen)
    return (
      <OpenRefundForm orderId={orderId} payment={payment} leftCents={left} onClose={() => setOpen(false)} />
    )
  return (
    <div className="actions">
      <button type="button" className="quiet" onClick={() => setOpen(true)}>
        Refund {tenderNames[payment.tender]}
      </button>
    </div>
  )
}

function nothingLeft(refunds: readonly OrderRefund[]): string {
  if (refunds.some(({ status }) => status === 'requested'))
    return 'A refund of all of it is asked for, and Forage has not answered yet. Read the orders again to see.'
  if (refunds.some(({ status }) => status === 'processing')) return 'All of it is refunded or on its way.'
  return 'All of it is refunded.'
}

interface OpenRefundFormProps extends RefundFormProps {
  leftCents: number
  onClose: () => void
}

function OpenRefundForm({ orderId, payment, leftCents, onClose }: OpenRefundFormProps): ReactNode {
  const id = useId()
  const [amount, setAmount] = useState((leftCents / 100).toFixed(2))
  const [reason, setReason] = useState('')
  const refund = useRefund(orderId, onClose)
  const cents = parseCents(amount)
  const problem = amountProblem(cents, leftCents)
  const isOff = problem !== undefined || reason.trim() === '' || refund.isPending
  return (
    <div className="refund-form">
      <div className="field">
        <label className="label" htmlFor={`${id}-amount`}>
          Amount
        </label>
        <div className="money-box">
          <span aria-hidden="true">$</span>
          <input
            id={`${id}-amount`}
            inputMode="decimal"
            autoComplete="off"
            value={amount}
            aria-invalid={problem !== undefined}
            aria-describedby={`${id}-hint`}
            onChange={(event) => setAmount(event.target.value)}
          />
        </div>
        <p className={problem ? 'field-problem small' : 'muted small'} id={`${id}-hint`}>
          {problem ?? `Up to ${formatCents(leftCents)}.`}
        </p>
      </div>
      <div className="field">
        <label className="label" htmlFor={`${id}-reason`}>
          Reason
        </label>
        <input
          id={`${id}-reason`}
          className="text-box"
          autoComplete="off"
          maxLength={100}
          value={reason}
          onChange={(event) => setReason(event.target.value)}
        />
        <p className="muted small">The customer sees it on the receipt.</p>
      </div>
      <ShopProblemNotice error={refund.error} />
      <div className="actions">
        <PrimaryButton
          isOff={isOff}
          onPress={() => refund.mutateAsync({ tender: payment.tender, amountCents: cents ?? 0, reason })}
        >
          {refund.isPending
            ? 'Refunding…'
            : `Refund ${formatCents(cents ?? 0)} to ${tenderNames[payment.tender]}`}
        </PrimaryButton>
        <button type="button" className="quiet" onClick={onClose}>
          Do not refund
        </button>
      </div>
    </div>
  )
}

function amountProblem(cents: number | undefined, mostCents: number): string | undefined {
  if (cents === undefined || cents === 0) return 'Enter an amount like 12.50.'
  return cents > mostCents ? `Only ${formatCents(mostCents)} is left of this payment.` : undefined
}

/** A key for each thing that is wanted: a lost answer and a second press ask for the same refund. */
function useRefund(orderId: string, onDone: () => void) {
  const queries = useQueryClient()
  const showOrder = useShowStoreOrder()
  const [keys] = useState(() => new Map<string, string>())
  return useMutation({
    mutationFn: async (wanted: Omit<NewRefund, 'key'>): Promise<Order> => {
      const name = JSON.stringify(wanted)
      const key = keys.get(name) ?? crypto.randomUUID()
      keys.set(name, key)
      try {
        return await refundOrder(orderId, { ...wanted, key })
      } catch (error) {
        if (error instanceof ShopError && error.code === 'refund_failed') keys.delete(name)
        throw error
      }
    },
    // What was asked for may be there although no answer came.
    onError: () => queries.invalidateQueries({ queryKey: storeOrdersKey }),
    onSuccess: (order) => {
      showOrder(order)
      onDone()
    },
  })
}
