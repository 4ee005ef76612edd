import { useEffect, type ReactNode } from 'react'

import type { Order, SavedCard, Split } from '../../src/merchant/api/shop-api.ts'
import { useBalance } from '../forage/use-balance.ts'
import { showStep } from '../shared/route.ts'
import { Loading } from '../ui/loading.tsx'
import { StepHeading } from '../ui/step-heading.tsx'
import { TryAgain } from '../ui/try-again.tsx'
import { AmountsStep } from './amounts-step.tsx'

export interface AmountsOfCardProps {
  order: Order
  card: SavedCard
  onSplit: (split: Split | undefined) => void
}

/** Shows the amounts once the balance is known. If this order has not read it yet, the customer enters the PIN first. */
export function AmountsOfCard({ order, card, onSplit }: AmountsOfCardProps): ReactNode {
  const { funds, isPending, isError, refetch } = useBalance(order, card)
  const isUnknown = !funds && !isPending && !isError
  useEffect(() => {
    if (isUnknown) showStep(order.id, 'balance')
  }, [isUnknown, order.id])
  if (funds) return <AmountsStep order={order} card={card} funds={funds} onSplit={onSplit} />
  return (
    <>
      <StepHeading>Choose the amounts</StepHeading>
      {isError ? (
        <TryAgain
          title="We could not read your balance"
          whatToDo="Nothing was charged. Check your connection and try again."
          onRetry={refetch}
        />
      ) : (
        <Loading>Reading your balance…</Loading>
      )}
    </>
  )
}
