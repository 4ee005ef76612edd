import { useMutation } from '@tanstack/react-query'
import type { Dispatch, ReactNode } from 'react'

import type { CheckoutEvent, CheckoutFlow } from './checkout-flow.ts'
import type { Balance } from './forage-objects.ts'
import { decimalToCents, formatCents, formatDecimal } from './money.ts'
import { Notice } from './notice.tsx'
import { PrimaryButton } from './primary-button.tsx'
import { preparePayment } from './shop-client.ts'

export interface BalanceReviewProps {
  flow: Extract<CheckoutFlow, { step: 'balance' }>
  balance: Balance
  dispatch: Dispatch<CheckoutEvent>
}

/** What is on the card, what will be taken from it, and whether that is enough. */
export function BalanceReview({ flow, balance, dispatch }: BalanceReviewProps): ReactNode {
  const { checkout, card } = flow
  const isEnough = decimalToCents(balance.snap) >= checkout.totalCents
  const prepare = useMutation({
    mutationFn: () => preparePayment(checkout.id, card.ref),
    onSuccess: (payment) => dispatch({ type: 'payment-prepared', payment }),
  })
  return (
    <>
      <p className="lead">The card ending in {card.last4} has:</p>
      <dl className="figures">
        <div>
          <dt>EBT SNAP</dt>
          <dd>{formatDecimal(balance.snap)}</dd>
        </div>
        <div>
          <dt>EBT Cash</dt>
          <dd>{formatDecimal(balance.non_snap)}</dd>
        </div>
      </dl>
      {isEnough ? (
        <p>
          This order takes <strong>{formatCents(checkout.totalCents)}</strong> from your EBT SNAP balance.
        </p>
      ) : (
        <Notice tone="info" title="The EBT SNAP balance is too low for this order">
          Take something out of your cart, or use another card.
        </Notice>
      )}
      {prepare.isError && (
        <Notice tone="error" title="The payment could not be prepared">
          {prepare.error.message}
        </Notice>
      )}
      <div className="actions">
        {isEnough && (
          <PrimaryButton isOff={prepare.isPending} onPress={() => prepare.mutateAsync()}>
            Continue to payment
          </PrimaryButton>
        )}
        <button
          type="button"
          className={isEnough ? 'quiet' : 'primary'}
          onClick={() => dispatch({ type: 'cart-reopened' })}
        >
          Change my cart
        </button>
        <button type="button" className="quiet" onClick={() => dispatch({ type: 'another-card' })}>
          Use another card
        </button>
      </div>
    </>
  )
}
