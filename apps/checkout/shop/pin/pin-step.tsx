import { useForageQuery } from '@forage-session/react'
import { useState, type ReactNode } from 'react'

import type { Order } from '../../src/merchant/api/shop-api.ts'
import type { Payment } from '../forage/forage-objects.ts'
import { UncertainPaymentError } from '../forage/payment-problem.ts'
import { SecureForm } from '../forage/secure-form.tsx'
import type { ForageSdk } from '../forage/secure-input.tsx'
import { formatCents, tenderNames } from '../shared/money.ts'
import type { Changing, OrderStep } from '../shared/order-flow.ts'
import { Loading } from '../ui/loading.tsx'
import { Notice } from '../ui/notice.tsx'
import { StepHeading } from '../ui/step-heading.tsx'
import { TryAgain } from '../ui/try-again.tsx'
import { PaymentCheck } from './payment-check.tsx'
import { useCapture } from './use-capture.ts'

export interface PinStepProps {
  sdk: ForageSdk
  order: Order
  step: Extract<OrderStep, { step: 'pin' }>
  onChange: (changing: Changing) => void
}

/** The step in which the customer confirms one EBT payment with the PIN. */
export function PinStep(props: PinStepProps): ReactNode {
  const { order, step } = props
  const { payment, number, count } = step
  const amount = formatCents(payment.amountCents)
  const found = useForageQuery({
    queryKey: ['payment', payment.ref],
    queryFn: ({ forage }) => forage.get(`api/payments/${payment.ref}/`).json<Payment>(),
  })
  return (
    <>
      <StepHeading>Confirm with your PIN</StepHeading>
      <p className="lead">
        {count > 1 && (
          <>
            <span className="tag">
              {number} of {count}
            </span>{' '}
          </>
        )}
        <strong>{amount}</strong> will be charged to the {tenderNames[payment.tender]} balance of your card
        ending in {order.card?.last4}.
      </p>
      {found.isPending && <Loading>Preparing your payment…</Loading>}
      {found.isError && !found.data && (
        <TryAgain
          title="We could not load your payment"
          whatToDo="Nothing was charged. Check your connection and try again."
          onRetry={() => found.refetch()}
        />
      )}
      {/* The form waits for this answer, because the request replaces a token that expired in the meantime. */}
      {found.data && <PinForm {...props} />}
    </>
  )
}

function PinForm({ sdk, order, step: { payment }, onChange }: PinStepProps): ReactNode {
  const capture = useCapture({ sdk, orderId: order.id, paymentRef: payment.ref })
  const [wasNotCharged, setNotCharged] = useState(false)
  const { error } = capture
  const uncertain = error instanceof UncertainPaymentError ? error : undefined
  if (uncertain || payment.status === 'processing')
    return (
      <PaymentCheck
        error={uncertain}
        orderId={order.id}
        paymentRef={payment.ref}
        onNotCharged={() => {
          setNotCharged(true)
          capture.reset()
        }}
      />
    )
  return (
    <>
      {wasNotCharged && capture.isIdle && (
        <Notice tone="info" title="Your card was not charged">
          Please enter your PIN again.
        </Notice>
      )}
      <SecureForm
        sdk={sdk}
        type="collect_pin"
        label="EBT card PIN"
        hint="Four digits. Your card is charged only once, even if you press the button twice."
        reentry="Nothing was charged. Please enter your PIN again."
        action={`Pay ${formatCents(payment.amountCents)} with ${tenderNames[payment.tender]}`}
        isPending={capture.isPending}
        pending="Paying…"
        error={error}
        onSubmit={capture.mutateAsync}
      >
        <button
          type="button"
          className="link"
          disabled={capture.isPending}
          onClick={() => onChange('amounts')}
        >
          Change the amounts
        </button>
        <button type="button" className="link" disabled={capture.isPending} onClick={() => onChange('card')}>
          Use another card
        </button>
      </SecureForm>
    </>
  )
}
