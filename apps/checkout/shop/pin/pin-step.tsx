import { useForageQuery } from '@forage-session/react'
import { useState, type ReactNode } from 'react'

import type { Order } from '../../src/merchant/api/shop-api.ts'
import { DeclinedPayment } from '../decline/declined-payment.tsx'
import type { Payment } from '../forage/forage-objects.ts'
import { balancesOfDecline, needsOtherTender, UncertainPaymentError } from '../forage/payment-problem.ts'
import { cardMark } from '../forage/pin-tries.ts'
import { SecureForm } from '../forage/secure-form.tsx'
import type { ForageSdk } from '../forage/secure-input.tsx'
import { useLearnBalance } from '../forage/use-balance.ts'
import { formatCents, shortCardName, tenderNames } from '../shared/money.ts'
import type { PinStepOf, StepName } from '../shared/order-flow.ts'
import { openStep } from '../shared/route.ts'
import { Notice } from '../ui/notice.tsx'
import { StepHeading } from '../ui/step-heading.tsx'
import { TryAgain } from '../ui/try-again.tsx'
import { cardCentsAfter, Charges } from './charges.tsx'
import { PaymentCheck } from './payment-check.tsx'
import { useCapture } from './use-capture.ts'

export interface PinStepProps {
  sdk: ForageSdk
  order: Order
  step: PinStepOf
}

/** The step in which the customer confirms one EBT payment with the PIN. */
export function PinStep(props: PinStepProps): ReactNode {
  const { order, step } = props
  const [decline, setDecline] = useState<Error>()
  const { payment } = step
  const found = useForageQuery({
    queryKey: ['payment', payment.ref],
    queryFn: ({ forage }) => forage.get(`api/payments/${payment.ref}/`).json<Payment>(),
  })
  if (decline) return <DeclinedPayment order={order} error={decline} />
  return (
    <>
      <StepHeading>Confirm with your PIN</StepHeading>
      <Charges order={order} step={step} />
      {found.isError && !found.data ? (
        <TryAgain
          title="We could not load your payment"
          whatToDo="Nothing was charged. Check your connection and try again."
          onRetry={() => found.refetch()}
        />
      ) : (
        // The input waits for this answer, because the request replaces a token that expired in the meantime.
        <PinForm {...props} isWaiting={!found.data} onDecline={setDecline} />
      )}
    </>
  )
}

interface PinFormProps extends PinStepProps {
  /** Whether the payment is still loading. */
  isWaiting: boolean
  /** Called if no PIN can change the outcome. */
  onDecline: (error: Error) => void
}

function PinForm({ sdk, order, step, isWaiting, onDecline }: PinFormProps): ReactNode {
  const { payment } = step
  const onFailure = useOnFailure(order, onDecline)
  const capture = useCapture({
    sdk,
    orderId: order.id,
    paymentRef: payment.ref,
    card: cardMark(order),
    onFailure,
  })
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
        action={payAction(order, step)}
        isPending={capture.isPending}
        pending="Paying…"
        error={error}
        isWaiting={isWaiting}
        isFocused={wasNotCharged}
        onSubmit={capture.mutateAsync}
      >
        <Link step="amounts" orderId={order.id} isDisabled={capture.isPending}>
          Change the amounts
        </Link>
        <Link step="card" orderId={order.id} isDisabled={capture.isPending}>
          Use another card
        </Link>
      </SecureForm>
    </>
  )
}

/** Keeps the balances that Forage names when it declines a payment, so that the amounts step suggests what they cover. */
function useOnFailure(order: Order, onDecline: (error: Error) => void): (error: Error) => void {
  const learn = useLearnBalance(order)
  return (error) => {
    const balances = balancesOfDecline(error)
    if (balances) learn({ snap: balances.snap, non_snap: balances.cash })
    if (needsOtherTender(error)) onDecline(error)
  }
}

/** Names everything that the press charges. */
function payAction(order: Order, step: PinStepOf): string {
  const { tender, amountCents } = step.payment
  const action = `Pay ${formatCents(amountCents)} with ${tenderNames[tender]}`
  const byCardCents = cardCentsAfter(order, step)
  return byCardCents > 0 ? `${action} and ${formatCents(byCardCents)} with ${shortCardName}` : action
}

interface LinkProps {
  step: StepName
  orderId: string
  isDisabled: boolean
  children: string
}

function Link({ step, orderId, isDisabled, children }: LinkProps): ReactNode {
  return (
    <button type="button" className="link" disabled={isDisabled} onClick={() => openStep(orderId, step)}>
      {children}
    </button>
  )
}
