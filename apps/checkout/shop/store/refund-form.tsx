import { useEffect, useId, useRef, useState, type ReactNode, type RefObject } from 'react'

import type { OrderPayment, OrderRefund } from '../../src/merchant/api/shop-api.ts'
import { centsText, formatCents, parseCents, tenderNames } from '../shared/money.ts'
import { unrefundedCents } from '../shared/order-flow.ts'
import { Confirm } from '../ui/confirm.tsx'
import { PrimaryButton } from '../ui/primary-button.tsx'
import { ShopProblemNotice } from '../ui/shop-problem-notice.tsx'
import { focusOrder } from './order-heading.tsx'
import { useRefund } from './use-refund.ts'

export interface RefundFormProps {
  orderId: string
  payment: OrderPayment
}

/** A form that stays closed until staff opens it, so that a stray click never refunds. */
export function RefundForm({ orderId, payment }: RefundFormProps): ReactNode {
  const [isOpen, setOpen] = useState(false)
  const opener = useReturnedFocus(isOpen)
  const left = unrefundedCents(payment)
  if (left <= 0) return <p className="muted small">{fullRefundText(payment.refunds)}</p>
  if (isOpen)
    return (
      <OpenRefundForm orderId={orderId} payment={payment} leftCents={left} onClose={() => setOpen(false)} />
    )
  return (
    <div className="actions">
      <button ref={opener} type="button" className="quiet" onClick={() => setOpen(true)}>
        Refund {tenderNames[payment.tender]}
      </button>
    </div>
  )
}

/** Returns the ref of the button that opens the form. After the form is closed, the button takes the focus again. */
function useReturnedFocus(isOpen: boolean): RefObject<HTMLButtonElement | null> {
  const opener = useRef<HTMLButtonElement>(null)
  const wasOpen = useRef(false)
  useEffect(() => {
    if (wasOpen.current && !isOpen) opener.current?.focus()
    wasOpen.current = isOpen
  }, [isOpen])
  return opener
}

function fullRefundText(refunds: readonly OrderRefund[]): string {
  if (refunds.some(({ status }) => status === 'requested'))
    return 'The full refund is requested, but Forage has not answered yet. Refresh to see its status.'
  if (refunds.some(({ status }) => status === 'processing'))
    return 'The full refund is in progress. Refresh to see its status.'
  return 'Fully refunded.'
}

interface OpenRefundFormProps extends RefundFormProps {
  leftCents: number
  onClose: () => void
}

function OpenRefundForm({ orderId, payment, leftCents, onClose }: OpenRefundFormProps): ReactNode {
  const [amount, setAmount] = useState(centsText(leftCents))
  const [reason, setReason] = useState('')
  const [isAsking, setAsking] = useState(false)
  const refund = useRefund(orderId, () => {
    onClose()
    focusOrder(orderId)
  })
  const cents = parseCents(amount)
  const problem = amountProblem(cents, leftCents)
  const isDisabled = problem !== undefined || reason.trim() === ''
  const { tender } = payment
  const shown = formatCents(cents ?? 0)
  return (
    <div className="refund-form">
      <AmountInput value={amount} leftCents={leftCents} problem={problem} onChange={setAmount} />
      <ReasonInput value={reason} onChange={setReason} />
      <ShopProblemNotice error={refund.error} />
      <div className="actions">
        <PrimaryButton isDisabled={isDisabled} onPress={async () => setAsking(true)}>
          {`Refund ${shown} to ${tenderNames[tender]}`}
        </PrimaryButton>
        <button type="button" className="quiet" onClick={onClose}>
          Close without a refund
        </button>
      </div>
      {isAsking && (
        <Confirm
          title={`Do you want to refund ${shown}?`}
          action={`Yes, refund ${shown}`}
          isPending={refund.isPending}
          pending="Refunding…"
          keep="Do not refund"
          onConfirm={() =>
            refund.mutateAsync({ tender, amountCents: cents ?? 0, reason }).finally(() => setAsking(false))
          }
          onClose={() => setAsking(false)}
        >
          <p>
            {shown} goes back to the customer’s {tenderNames[tender]}. The reason on the receipt is “
            {reason.trim()}”. You cannot undo a refund.
          </p>
        </Confirm>
      )}
    </div>
  )
}

function amountProblem(cents: number | undefined, leftCents: number): string | undefined {
  if (cents === undefined || cents === 0) return 'Enter an amount like 12.50.'
  return cents > leftCents ? `You can refund at most ${formatCents(leftCents)}.` : undefined
}

interface AmountInputProps {
  value: string
  leftCents: number
  problem: string | undefined
  onChange: (value: string) => void
}

function AmountInput({ value, leftCents, problem, onChange }: AmountInputProps): ReactNode {
  const id = useId()
  const input = useRef<HTMLInputElement>(null)
  // The button that opened the form is gone.
  useEffect(() => input.current?.focus(), [])
  return (
    <div className="field">
      <label className="label" htmlFor={id}>
        Amount
      </label>
      <div className="money-box">
        <span aria-hidden="true">$</span>
        <input
          ref={input}
          id={id}
          inputMode="decimal"
          autoComplete="off"
          value={value}
          aria-invalid={problem !== undefined}
          aria-describedby={`${id}-hint`}
          onChange={(event) => onChange(event.target.value)}
        />
      </div>
      <p className={problem ? 'field-problem small' : 'muted small'} id={`${id}-hint`}>
        {problem ?? `Up to ${formatCents(leftCents)}.`}
      </p>
    </div>
  )
}

function ReasonInput({ value, onChange }: Pick<AmountInputProps, 'value' | 'onChange'>): ReactNode {
  const id = useId()
  return (
    <div className="field">
      <label className="label" htmlFor={id}>
        Reason
      </label>
      <input
        id={id}
        className="text-box"
        autoComplete="off"
        maxLength={100}
        value={value}
        onChange={(event) => onChange(event.target.value)}
      />
      <p className="muted small">The customer sees the reason on the receipt.</p>
    </div>
  )
}
