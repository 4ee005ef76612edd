import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState, type ReactNode } from 'react'

import type { SavedCard } from '../../src/merchant/api/shop-api.ts'
import { removeCard } from '../client/shop-client.ts'
import { PrimaryButton } from '../ui/primary-button.tsx'
import { ShopProblemNotice } from '../ui/shop-problem-notice.tsx'

export interface SavedCardsProps {
  /** At least one. */
  cards: readonly SavedCard[]
  isPending: boolean
  onUse: (ref: string) => Promise<unknown>
  /** More buttons after the first. */
  children: ReactNode
}

/** Lets the customer use or remove a card of an earlier visit. */
export function SavedCards({ cards, isPending, onUse, children }: SavedCardsProps): ReactNode {
  const [selected, setSelected] = useState<string>()
  const queries = useQueryClient()
  const remove = useMutation({
    mutationFn: removeCard,
    onSettled: () => queries.invalidateQueries({ queryKey: ['cards'] }),
  })
  const chosen = cards.find(({ ref }) => ref === selected) ?? cards[0]!
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
                  onChange={() => setSelected(ref)}
                />
                <span className="option-title">Card ending in {last4}</span>
              </label>
              <button
                type="button"
                className="link"
                aria-label={`Remove the card ending in ${last4}`}
                disabled={remove.isPending}
                onClick={() => remove.mutate(ref)}
              >
                Remove
              </button>
            </div>
          ))}
        </div>
      </fieldset>
      <ShopProblemNotice error={remove.error} />
      <div className="actions">
        <PrimaryButton isDisabled={isPending} onPress={() => onUse(chosen.ref)}>
          Use this card
        </PrimaryButton>
        {children}
      </div>
    </>
  )
}
