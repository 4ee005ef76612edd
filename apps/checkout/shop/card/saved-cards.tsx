import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState, type ReactNode } from 'react'

import type { SavedCard } from '../../src/merchant/api/shop-api.ts'
import { forgetCard } from '../api/shop-client.ts'
import { PrimaryButton } from '../ui/primary-button.tsx'
import { ShopProblemNotice } from '../ui/shop-problem-notice.tsx'

export interface SavedCardsProps {
  /** At least one. */
  cards: readonly SavedCard[]
  isPending: boolean
  onUse: (ref: string) => Promise<unknown>
  /** What else can be done. */
  children: ReactNode
}

/** The cards of earlier visits. */
export function SavedCards({ cards, isPending, onUse, children }: SavedCardsProps): ReactNode {
  const [wanted, setWanted] = useState<string>()
  const queries = useQueryClient()
  const forget = useMutation({
    mutationFn: forgetCard,
    onSettled: () => queries.invalidateQueries({ queryKey: ['cards'] }),
  })
  const chosen = cards.find(({ ref }) => ref === wanted) ?? cards[0]!
  return (
    <>
      <fieldset>
        <legend className="visually-hidden">Which EBT card?</legend>
        <div className="options">
          {cards.map(({ ref, last4 }) => (
            <div key={ref} className="option">
              <label>
                <input
                  type="radio"
                  name="card"
                  checked={ref === chosen.ref}
                  onChange={() => setWanted(ref)}
                />
                <span className="option-title">Card ending in {last4}</span>
              </label>
              <button
                type="button"
                className="link"
                aria-label={`Forget the card ending in ${last4}`}
                disabled={forget.isPending}
                onClick={() => forget.mutate(ref)}
              >
                Forget
              </button>
            </div>
          ))}
        </div>
      </fieldset>
      <ShopProblemNotice error={forget.error} />
      <div className="actions">
        <PrimaryButton isOff={isPending} onPress={() => onUse(chosen.ref)}>
          Use this card
        </PrimaryButton>
        {children}
      </div>
    </>
  )
}
