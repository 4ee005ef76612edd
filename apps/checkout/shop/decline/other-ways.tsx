import { useMutation } from '@tanstack/react-query'
import type { ReactNode } from 'react'

import type { Order } from '../../src/merchant/api/shop-api.ts'
import { preparePayments } from '../client/shop-client.ts'
import { useCards, useShowOrder } from '../client/shop-queries.ts'
import { formatCents, tenderNames } from '../shared/money.ts'
import { paidCents, paidPayments, sumCents } from '../shared/order-flow.ts'
import { navigate, openStep } from '../shared/route.ts'
import { PrimaryButton } from '../ui/primary-button.tsx'
import { ShopProblemNotice } from '../ui/shop-problem-notice.tsx'
import { useSinglePress } from '../ui/use-single-press.ts'

export interface OtherWaysProps {
  order: Order
  /** Whether this card can pay a smaller amount. */
  canChangeAmounts: boolean
}

/** The ways to pay after a decline, the best one first. */
export function OtherWays({ order, canChangeAmounts }: OtherWaysProps): ReactNode {
  const byCard = useCardOnFile(order)
  const payByCard = useSinglePress(byCard.pay)
  const left = formatCents(order.totalCents - paidCents(order))
  const cards = useCards()
  const hasOtherCard = cards.data?.some(({ ref }) => ref !== order.card?.ref) ?? false
  const useAnotherCard = async (): Promise<void> => openStep(order.id, hasOtherCard ? 'card' : 'new-card')
  return (
    <>
      <ShopProblemNotice error={byCard.error} />
      <div className="actions ways">
        {canChangeAmounts ? (
          <PrimaryButton isDisabled={byCard.isPending} onPress={async () => openStep(order.id, 'amounts')}>
            Change the amounts
          </PrimaryButton>
        ) : (
          <PrimaryButton isDisabled={byCard.isPending} onPress={useAnotherCard}>
            Use another card
          </PrimaryButton>
        )}
        <button type="button" className="quiet" aria-disabled={byCard.isPending} onClick={payByCard}>
          {byCard.isPending ? 'Paying…' : `Pay ${left} with ${tenderNames.card}`}
        </button>
        {canChangeAmounts && (
          <button type="button" className="link" onClick={() => void useAnotherCard()}>
            Use another EBT card
          </button>
        )}
        {paidCents(order) === 0 && (
          <button type="button" className="link" onClick={() => navigate('/')}>
            Change my cart
          </button>
        )}
      </div>
    </>
  )
}

/** Lets the card on file pay what the benefits have not paid yet. */
function useCardOnFile(order: Order): {
  pay: () => Promise<unknown>
  isPending: boolean
  error: Error | null
} {
  const showOrder = useShowOrder()
  const prepare = useMutation({
    mutationFn: () => {
      const paid = paidPayments(order)
      const snapCents = sumCents(paid, 'ebt_snap')
      const cashCents = sumCents(paid, 'ebt_cash')
      return preparePayments(order.id, {
        snapCents,
        cashCents,
        cardCents: order.totalCents - snapCents - cashCents,
      })
    },
    onSuccess: showOrder,
  })
  return { pay: () => prepare.mutateAsync(), isPending: prepare.isPending, error: prepare.error }
}
