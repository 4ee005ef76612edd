import { useForageQuery, type ForageElement } from '@forage-session/react'
import { useMutation } from '@tanstack/react-query'
import type { Dispatch, ReactNode } from 'react'

import { BalanceReview } from './balance-review.tsx'
import type { CheckoutEvent, CheckoutFlow } from './checkout-flow.ts'
import type { PaymentMethod } from './forage-objects.ts'
import { Notice } from './notice.tsx'
import { SecureForm } from './secure-form.tsx'
import type { ForageSdk } from './secure-input.tsx'
import { StepHeading } from './step-heading.tsx'

export interface BalanceStepProps {
  sdk: ForageSdk
  flow: Extract<CheckoutFlow, { step: 'balance' }>
  dispatch: Dispatch<CheckoutEvent>
}

export function BalanceStep(props: BalanceStepProps): ReactNode {
  return props.flow.isChecked ? <CheckedBalance {...props} /> : <BalanceCheck {...props} />
}

function BalanceCheck({ sdk, flow, dispatch }: BalanceStepProps): ReactNode {
  const { card } = flow
  const check = useMutation({
    mutationFn: (element: ForageElement) => sdk.checkBalance(element, card.ref),
    onSuccess: () => dispatch({ type: 'balance-checked' }),
  })
  return (
    <>
      <StepHeading>Check your balance</StepHeading>
      <p className="lead">
        Enter the PIN of the card ending in {card.last4} to see what is on it. Nothing is charged yet.
      </p>
      <SecureForm
        sdk={sdk}
        type="collect_pin"
        label="EBT card PIN"
        hint="Four digits. Nobody from this shop will ever ask you for them."
        reentry="Nothing was charged. Please enter your PIN again."
        action="Show my balance"
        isPending={check.isPending}
        pending="Checking your balance…"
        error={check.error}
        onSubmit={check.mutateAsync}
      >
        <button type="button" className="quiet" onClick={() => dispatch({ type: 'another-card' })}>
          Use another card
        </button>
      </SecureForm>
    </>
  )
}

function CheckedBalance({ flow, dispatch }: BalanceStepProps): ReactNode {
  const method = useForageQuery({
    queryKey: ['payment_method', flow.card.ref],
    queryFn: ({ forage }) => forage.get(`api/payment_methods/${flow.card.ref}/`).json<PaymentMethod>(),
  })
  const balance = method.data?.balance
  return (
    <>
      <StepHeading>Your balance</StepHeading>
      {balance && <BalanceReview flow={flow} balance={balance} dispatch={dispatch} />}
      {method.isPending && <output className="status">Reading your balance…</output>}
      {method.isError && !balance && (
        <Notice tone="error" title="Your balance could not be read">
          <p>Nothing was charged. Check your connection and try again.</p>
          <button type="button" className="quiet" onClick={() => void method.refetch()}>
            Try again
          </button>
        </Notice>
      )}
    </>
  )
}
