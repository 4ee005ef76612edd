import { useEffect, type Dispatch, type ReactNode } from 'react'

import type { CheckoutEvent, CheckoutFlow } from './checkout-flow.ts'
import { formatCents } from './money.ts'
import { Notice } from './notice.tsx'
import { UncertainPaymentError } from './payment-problem.ts'
import { SecureForm } from './secure-form.tsx'
import type { ForageSdk } from './secure-input.tsx'
import { StepHeading } from './step-heading.tsx'
import { useCapture } from './use-capture.ts'
import { usePayment } from './use-payment.ts'

export interface PinStepProps {
  sdk: ForageSdk
  flow: Extract<CheckoutFlow, { step: 'pin' }>
  dispatch: Dispatch<CheckoutEvent>
}

export function PinStep({ sdk, flow, dispatch }: PinStepProps): ReactNode {
  const { checkout, card, paymentRef } = flow
  const payment = usePayment(paymentRef)
  const isPaid = payment.data?.status === 'succeeded'
  useEffect(() => {
    if (isPaid) dispatch({ type: 'paid' })
  }, [isPaid, dispatch])
  return (
    <>
      <StepHeading>Confirm with your PIN</StepHeading>
      <p className="lead">
        <strong>{formatCents(checkout.totalCents)}</strong> will be taken from the EBT SNAP balance of the
        card ending in {card.last4}.
      </p>
      {payment.isPending && <output className="status">Preparing your payment…</output>}
      {payment.isError && !payment.data && (
        <Notice tone="error" title="Your payment could not be read">
          <p>Nothing was charged. Check your connection and try again.</p>
          <button type="button" className="quiet" onClick={() => void payment.refetch()}>
            Try again
          </button>
        </Notice>
      )}
      {/* Only now: a token that ran out while the balance was read has been replaced by this answer. */}
      {payment.data && (
        <PinForm sdk={sdk} flow={flow} dispatch={dispatch} onCheck={() => void payment.refetch()} />
      )}
    </>
  )
}

function PinForm({ sdk, flow, dispatch, onCheck }: PinStepProps & { onCheck: () => void }): ReactNode {
  const capture = useCapture(sdk, flow.paymentRef, () => dispatch({ type: 'paid' }))
  return (
    <SecureForm
      sdk={sdk}
      type="collect_pin"
      label="EBT card PIN"
      hint="Four digits. Your card is charged once, however often you press the button."
      reentry="Nothing was charged. Please enter your PIN again."
      action={`Pay ${formatCents(flow.checkout.totalCents)} with EBT SNAP`}
      isPending={capture.isPending}
      pending="Paying…"
      error={capture.error}
      onSubmit={capture.mutateAsync}
    >
      {capture.error instanceof UncertainPaymentError && (
        <button type="button" className="quiet" onClick={onCheck}>
          Check my payment
        </button>
      )}
      <button
        type="button"
        className="quiet"
        disabled={capture.isPending}
        onClick={() => dispatch({ type: 'another-card' })}
      >
        Use another card
      </button>
    </SecureForm>
  )
}
