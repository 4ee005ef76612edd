import type { ForageElement } from '@forage-session/react'
import { useMutation } from '@tanstack/react-query'
import { useState, type ReactNode } from 'react'

import type { Order } from '../../src/merchant/api/shop-api.ts'
import { chooseCard, shopProblemOf } from '../client/shop-client.ts'
import { useCards, useShowOrder } from '../client/shop-queries.ts'
import { SecureForm } from '../forage/secure-form.tsx'
import type { ForageSdk } from '../forage/secure-input.tsx'
import { withDeadline } from '../forage/with-deadline.ts'
import { navigate } from '../shared/route.ts'
import { Loading } from '../ui/loading.tsx'
import { StepHeading } from '../ui/step-heading.tsx'
import { TryAgain } from '../ui/try-again.tsx'
import { SavedCards } from './saved-cards.tsx'

export interface CardStepProps {
  sdk: ForageSdk
  order: Order
  testCard: string | null
  onChosen: () => void
}

/** The step in which the customer chooses a saved EBT card or enters a new one. */
export function CardStep({ sdk, order, testCard, onChosen }: CardStepProps): ReactNode {
  const cards = useCards()
  const [isEntering, setEntering] = useState(false)
  const showOrder = useShowOrder()
  const choose = useMutation({
    mutationFn: (ref: string) => chooseCard(order.id, ref),
    onSuccess: (changed) => {
      showOrder(changed)
      onChosen()
    },
  })
  const saved = cards.data ?? []
  return (
    <>
      <StepHeading>Your EBT card</StepHeading>
      {choose.isError && (
        <TryAgain
          title="We could not use this card for your order"
          whatToDo={shopProblemOf(choose.error).whatToDo}
          onRetry={() => choose.mutate(choose.variables)}
        />
      )}
      {cards.isPending && <Loading>Loading your saved cards…</Loading>}
      {saved.length > 0 && !isEntering && (
        <SavedCards cards={saved} isPending={choose.isPending} onUse={choose.mutateAsync}>
          <button type="button" className="link" onClick={() => setEntering(true)}>
            Use another card
          </button>
          <BackToCart />
        </SavedCards>
      )}
      {/* If the saved cards cannot be loaded, the customer can still enter a card. */}
      {!cards.isPending && (saved.length === 0 || isEntering) && (
        <NewCard sdk={sdk} testCard={testCard} isChoosing={choose.isPending} onStored={choose.mutateAsync}>
          {saved.length > 0 && (
            <button type="button" className="link" onClick={() => setEntering(false)}>
              Use a saved card
            </button>
          )}
          <BackToCart />
        </NewCard>
      )}
    </>
  )
}

interface NewCardProps {
  sdk: ForageSdk
  testCard: string | null
  isChoosing: boolean
  onStored: (ref: string) => Promise<unknown>
  children: ReactNode
}

function NewCard({ sdk, testCard, isChoosing, onStored, children }: NewCardProps): ReactNode {
  const store = useMutation({
    mutationFn: (element: ForageElement) => withDeadline(sdk.tokenizeCard(element)),
    // `CardStep` shows this error. Forage has the number by now, so the customer need not type it again.
    onSuccess: ({ ref }) => onStored(ref).catch(() => {}),
  })
  return (
    <>
      <p className="lead">Your card number goes straight to the payment provider. This shop never sees it.</p>
      {testCard !== null && (
        <p className="hint">
          Test card: <code>{testCard}</code>. Use any four digits as the PIN.
        </p>
      )}
      <SecureForm
        sdk={sdk}
        type="tokenize_card"
        label="EBT card number"
        hint="The 16 to 19 digits on the front of the card."
        reentry="Nothing was charged. Please enter your card number again."
        action="Continue to balance"
        isPending={store.isPending || isChoosing}
        pending="Checking your card…"
        error={store.error}
        onSubmit={store.mutateAsync}
      >
        {children}
      </SecureForm>
    </>
  )
}

function BackToCart(): ReactNode {
  return (
    <button type="button" className="link" onClick={() => navigate('/')}>
      Back to cart
    </button>
  )
}
