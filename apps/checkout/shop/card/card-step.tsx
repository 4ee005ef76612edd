import { useMutation } from '@tanstack/react-query'
import type { ReactNode } from 'react'

import type { Order } from '../../src/merchant/api/shop-api.ts'
import { chooseCard, shopProblemOf } from '../client/shop-client.ts'
import { useCards, useShowOrder } from '../client/shop-queries.ts'
import type { ForageSdk } from '../forage/secure-input.tsx'
import { navigate, openStep } from '../shared/route.ts'
import { Loading } from '../ui/loading.tsx'
import { StepHeading } from '../ui/step-heading.tsx'
import { TryAgain } from '../ui/try-again.tsx'
import { NewCard } from './new-card.tsx'
import { SavedCards } from './saved-cards.tsx'

export interface CardStepProps {
  sdk: ForageSdk
  order: Order
  /** `new-card`: the customer does not want a saved card. */
  step: 'card' | 'new-card'
  testCard: string | null
}

/** The step in which the customer chooses a saved EBT card or enters a new one. */
export function CardStep({ sdk, order, step, testCard }: CardStepProps): ReactNode {
  const cards = useCards()
  const showOrder = useShowOrder()
  const choose = useMutation({
    mutationFn: (ref: string) => chooseCard(order.id, ref),
    onSuccess: (changed) => {
      showOrder(changed)
      openStep(order.id, 'balance')
    },
  })
  const saved = cards.data ?? []
  // If the saved cards cannot be loaded, the customer can still enter a card.
  const isSaved = step === 'card' && saved.length > 0
  return (
    <>
      <StepHeading>{step === 'card' ? 'Your EBT card' : 'Another EBT card'}</StepHeading>
      {choose.isError && (
        <TryAgain
          title="We could not use this card for your order"
          whatToDo={shopProblemOf(choose.error).whatToDo}
          onRetry={() => choose.mutate(choose.variables)}
        />
      )}
      {cards.isPending && <Loading>Loading your saved cards…</Loading>}
      {!cards.isPending && isSaved && (
        <SavedCards cards={saved} isPending={choose.isPending} onUse={choose.mutateAsync}>
          <button type="button" className="link" onClick={() => openStep(order.id, 'new-card')}>
            Use another card
          </button>
          <BackToCart />
        </SavedCards>
      )}
      {!cards.isPending && !isSaved && (
        <NewCard sdk={sdk} testCard={testCard} isChoosing={choose.isPending} onStored={choose.mutateAsync}>
          {saved.length > 0 && (
            <button type="button" className="link" onClick={() => openStep(order.id, 'card')}>
              Use a saved card
            </button>
          )}
          <BackToCart />
        </NewCard>
      )}
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
