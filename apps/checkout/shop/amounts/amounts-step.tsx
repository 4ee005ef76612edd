import { useMutation } from '@tanstack/react-query'
import { useState, type ReactNode } from 'react'

import type { Order, SavedCard, Split } from '../../src/merchant/api/shop-api.ts'
import { preparePayments } from '../client/shop-client.ts'
import { useShowOrder } from '../client/shop-queries.ts'
import { formatCents, tenderNames } from '../shared/money.ts'
import type { Changing } from '../shared/order-flow.ts'
import { navigate } from '../shared/route.ts'
import { PrimaryButton } from '../ui/primary-button.tsx'
import { ShopProblemNotice } from '../ui/shop-problem-notice.tsx'
import { StepHeading } from '../ui/step-heading.tsx'
import { AmountField } from './amount-field.tsx'
import { checkAmounts, firstAmounts, paidAmounts, type AmountTexts, type Funds } from './amounts.ts'

export interface AmountsStepProps {
  order: Order
  /** Null if no product of the order can be paid with EBT. */
  card: SavedCard | null
  funds: Funds
  onChange: (changing: Changing) => void
}

/** The step in which the customer changes the suggested amounts. The card on file pays the rest. */
export function AmountsStep({ order, card, funds, onChange }: AmountsStepProps): ReactNode {
  const [texts, setTexts] = useState(() => firstAmounts(order, funds))
  const { split, problems } = checkAmounts(order, funds, texts)
  const paid = paidAmounts(order)
  const showOrder = useShowOrder()
  const prepare = useMutation({
    mutationFn: (amounts: Split) => preparePayments(order.id, amounts),
    onSuccess: (prepared) => {
      showOrder(prepared)
      onChange(undefined)
    },
  })
  const needsPin = !split || split.snapCents + split.cashCents > 0
  return (
    <>
      <StepHeading>{card ? 'Choose the amounts' : 'Pay with your card'}</StepHeading>
      {card && (
        <>
          <p className="lead">
            These are the balances of your card ending in {card.last4}. We suggest that you use your benefits
            first.
          </p>
          <AmountFields order={order} funds={funds} texts={texts} problems={problems} onChange={setTexts} />
        </>
      )}
      <CardOnFile split={split} isOnlyTender={!card} />
      <ShopProblemNotice error={prepare.error} />
      <div className="actions">
        <PrimaryButton
          isDisabled={!split || prepare.isPending}
          onPress={async () => split && (await prepare.mutateAsync(split))}
        >
          {needsPin ? 'Continue to payment' : `Pay ${formatCents(order.totalCents)} with ${tenderNames.card}`}
        </PrimaryButton>
        {card && (
          <button type="button" className="link" onClick={() => onChange('card')}>
            Use another card
          </button>
        )}
        {Object.keys(paid).length === 0 && (
          <button type="button" className="link" onClick={() => navigate('/')}>
            Change my cart
          </button>
        )}
      </div>
    </>
  )
}

interface AmountFieldsProps extends Pick<AmountsStepProps, 'order' | 'funds'> {
  texts: AmountTexts
  problems: { snap?: string; cash?: string }
  onChange: (texts: AmountTexts) => void
}

function AmountFields({ order, funds, texts, problems, onChange }: AmountFieldsProps): ReactNode {
  const paid = paidAmounts(order)
  return (
    <div className="amount-fields">
      <AmountField
        label={tenderNames.ebt_snap}
        balanceCents={funds.snapCents}
        maxCents={order.snapEligibleCents}
        value={texts.snap}
        isPaid={paid.snapCents !== undefined}
        problem={problems.snap}
        onChange={(snap) => onChange({ ...texts, snap })}
      />
      <AmountField
        label={tenderNames.ebt_cash}
        balanceCents={funds.cashCents}
        maxCents={order.ebtEligibleCents}
        value={texts.cash}
        isPaid={paid.cashCents !== undefined}
        problem={problems.cash}
        onChange={(cash) => onChange({ ...texts, cash })}
      />
    </div>
  )
}

/** Shows the amount that the card on file pays. */
function CardOnFile({ split, isOnlyTender }: { split: Split | undefined; isOnlyTender: boolean }): ReactNode {
  if (!split || split.cardCents === 0)
    return <output className="rest">{split && 'Your benefits pay for the whole order.'}</output>
  return (
    <output className="rest">
      <span>
        <strong>{tenderNames.card}</strong> pays {isOnlyTender ? '' : 'the rest, '}
        <strong>{formatCents(split.cardCents)}</strong>
      </span>
      <span className="muted small">
        This is the card on file in this demo.
        {!isOnlyTender && split.cardCents > 0 && ' It is charged last, after your EBT payments.'}
      </span>
    </output>
  )
}
