import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState, type ReactNode } from 'react'

import type { SavedCard } from '../../src/merchant/api/shop-api.ts'
import { removeCard } from '../client/shop-client.ts'
import { Confirm } from '../ui/confirm.tsx'
import { PrimaryButton } from '../ui/primary-button.tsx'
import { ShopProblemNotice } from '../ui/shop-problem-notice.tsx'
import { focusHeading } from '../ui/step-heading.tsx'

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
  const [removing, setRemoving] = useState<SavedCard>()
  const chosen = cards.find(({ ref }) => ref === selected) ?? cards[0]!
  return (
    <>
      <fieldset>
        <legend className="visually-hidden">Which EBT card?</legend>
        <div className="options">
          {cards.map((card) => (
            <div key={card.ref} className="option">
              <label>
                <input
                  type="radio"
                  name="card"
                  checked={card.ref === chosen.ref}
                  onChange={() => setSelected(card.ref)}
                />
                <span className="option-title">Card ending in {card.last4}</span>
              </label>
              <button
                type="button"
                className="link"
                aria-label={`Remove card ending in ${card.last4}`}
                onClick={() => setRemoving(card)}
              >
                Remove card
              </button>
            </div>
          ))}
        </div>
      </fieldset>
      {removing && <RemoveCard card={removing} onClose={() => setRemoving(undefined)} />}
      <div className="actions">
        <PrimaryButton isDisabled={isPending} onPress={() => onUse(chosen.ref)}>
          Continue to balance
        </PrimaryButton>
        {children}
      </div>
    </>
  )
}

/** Removes a card, after a confirmation. */
function RemoveCard({ card, onClose }: { card: SavedCard; onClose: () => void }): ReactNode {
  const queries = useQueryClient()
  const remove = useMutation({
    mutationFn: () => removeCard(card.ref),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: ['cards'] })
      onClose()
      focusHeading()
    },
  })
  return (
    <Confirm
      title={`Do you want to remove the card ending in ${card.last4}?`}
      action="Yes, remove the card"
      isPending={remove.isPending}
      pending="Removing…"
      keep="Keep the card"
      onConfirm={() => remove.mutateAsync()}
      onClose={onClose}
    >
      <p>This shop forgets the card. Your balance, your orders and your refunds do not change.</p>
      <ShopProblemNotice error={remove.error} />
    </Confirm>
  )
}
