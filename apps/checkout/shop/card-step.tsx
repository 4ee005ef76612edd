import type { ForageElement } from '@forage-session/react'
import { useMutation } from '@tanstack/react-query'
import type { Dispatch, ReactNode } from 'react'

import type { CheckoutEvent } from './checkout-flow.ts'
import { SecureForm } from './secure-form.tsx'
import type { ForageSdk } from './secure-input.tsx'
import { StepHeading } from './step-heading.tsx'

export interface CardStepProps {
  sdk: ForageSdk
  testCard: string | null
  dispatch: Dispatch<CheckoutEvent>
}

export function CardStep({ sdk, testCard, dispatch }: CardStepProps): ReactNode {
  const store = useMutation({
    mutationFn: (element: ForageElement) => sdk.tokenizeCard(element),
    onSuccess: ({ ref, card }) => dispatch({ type: 'card-stored', card: { ref, last4: card.last_4 } }),
  })
  return (
    <>
      <StepHeading>Your EBT card</StepHeading>
      <p className="lead">Your card number goes straight to the payment provider. This shop never sees it.</p>
      {testCard !== null && (
        <p className="hint">
          Test card: <code>{testCard}</code>, with any four digits as its PIN.
        </p>
      )}
      <SecureForm
        sdk={sdk}
        type="tokenize_card"
        label="EBT card number"
        hint="The 16 to 19 digits on the front of the card."
        reentry="Nothing was charged. Please enter your card number again."
        action="Continue to balance"
        isPending={store.isPending}
        pending="Reading your card…"
        error={store.error}
        onSubmit={store.mutateAsync}
      >
        <button type="button" className="quiet" onClick={() => dispatch({ type: 'cart-reopened' })}>
          Back to cart
        </button>
      </SecureForm>
    </>
  )
}
