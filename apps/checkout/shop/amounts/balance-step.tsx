import type { ForageElement } from '@forage-session/react'
import { useMutation } from '@tanstack/react-query'
import { useState, type ReactNode } from 'react'

import type { Order, SavedCard } from '../../src/merchant/api/shop-api.ts'
import { DeclinedPayment } from '../decline/declined-payment.tsx'
import { isWrongPin, needsOtherTender } from '../forage/payment-problem.ts'
import { cardMark, countingWrongPins } from '../forage/pin-tries.ts'
import { SecureForm } from '../forage/secure-form.tsx'
import type { ForageSdk } from '../forage/secure-input.tsx'
import { useBalance, useLearnBalance, type Funds } from '../forage/use-balance.ts'
import { withDeadline } from '../forage/with-deadline.ts'
import { formatCents, tenderNames } from '../shared/money.ts'
import { openStep } from '../shared/route.ts'
import { Fact } from '../ui/fact.tsx'
import { Loading } from '../ui/loading.tsx'
import { PrimaryButton } from '../ui/primary-button.tsx'
import { StepHeading } from '../ui/step-heading.tsx'
import { TryAgain } from '../ui/try-again.tsx'

export interface BalanceStepProps {
  sdk: ForageSdk
  order: Order
  card: SavedCard
}

/** The step in which the PIN shows the balance. If this order has read it already, shows it without a PIN. */
export function BalanceStep(props: BalanceStepProps): ReactNode {
  const { order, card } = props
  const balance = useBalance(order, card)
  const [isRepeating, setRepeating] = useState(false)
  if (balance.funds && !isRepeating)
    return <YourBalance order={order} card={card} funds={balance.funds} onRepeat={() => setRepeating(true)} />
  if (balance.isPending || balance.isError)
    return (
      <>
        <StepHeading>Check your balance</StepHeading>
        {balance.isPending ? (
          <Loading>Loading your card…</Loading>
        ) : (
          <TryAgain
            title="We could not load your card"
            whatToDo="Nothing was charged. Check your connection and try again."
            onRetry={balance.refetch}
          />
        )}
      </>
    )
  return <BalanceCheck {...props} />
}

interface YourBalanceProps extends Omit<BalanceStepProps, 'sdk'> {
  funds: Funds
  onRepeat: () => void
}

function YourBalance({ order, card, funds, onRepeat }: YourBalanceProps): ReactNode {
  return (
    <>
      <StepHeading>Your balance</StepHeading>
      <p className="lead">This is the balance of your card ending in {card.last4}.</p>
      <dl className="facts" aria-label="Balance">
        <Fact name={tenderNames.ebt_snap}>{formatCents(funds.snapCents)}</Fact>
        <Fact name={tenderNames.ebt_cash}>{formatCents(funds.cashCents)}</Fact>
      </dl>
      <div className="actions">
        <PrimaryButton isDisabled={false} onPress={async () => openStep(order.id, 'amounts')}>
          Continue to amounts
        </PrimaryButton>
        <button type="button" className="link" onClick={onRepeat}>
          Check it again
        </button>
        <UseAnotherCard orderId={order.id} />
      </div>
    </>
  )
}

function BalanceCheck({ sdk, order, card }: BalanceStepProps): ReactNode {
  const learn = useLearnBalance(order)
  const check = useMutation({
    mutationFn: (element: ForageElement) =>
      countingWrongPins(cardMark(order), () => withDeadline(sdk.checkBalance(element, card.ref)), isWrongPin),
    onSuccess: ({ ebt: { snap, cash }, updated }) => {
      learn({ snap, non_snap: cash, updated })
      openStep(order.id, 'amounts')
    },
  })
  if (check.error && needsOtherTender(check.error))
    return <DeclinedPayment order={order} error={check.error} />
  return (
    <>
      <StepHeading>Check your balance</StepHeading>
      <p className="lead">
        Enter the PIN of your card ending in {card.last4} to see its balance. Nothing is charged yet.
      </p>
      <SecureForm
        sdk={sdk}
        type="collect_pin"
        label="EBT card PIN"
        hint="Four digits. Our staff will never ask you for your PIN."
        reentry="Nothing was charged. Please enter your PIN again."
        action="Continue to amounts"
        isPending={check.isPending}
        pending="Checking your balance…"
        error={check.error}
        onSubmit={check.mutateAsync}
      >
        <UseAnotherCard orderId={order.id} />
      </SecureForm>
    </>
  )
}

function UseAnotherCard({ orderId }: { orderId: string }): ReactNode {
  return (
    <button type="button" className="link" onClick={() => openStep(orderId, 'card')}>
      Use another card
    </button>
  )
}
