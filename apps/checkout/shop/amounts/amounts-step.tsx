import { useMutation, type UseMutationResult } from '@tanstack/react-query'
import { useEffect, useState, type ReactNode } from 'react'

import type { Order, SavedCard, Split } from '../../src/merchant/api/shop-api.ts'
import { amountsOf } from '../../src/merchant/api/split.ts'
import { preparePayments } from '../client/shop-client.ts'
import { useShowOrder } from '../client/shop-queries.ts'
import type { Funds } from '../forage/use-balance.ts'
import { byTender, formatCents, tenderNames } from '../shared/money.ts'
import { orderStep } from '../shared/order-flow.ts'
import { navigate, openStep } from '../shared/route.ts'
import { PrimaryButton } from '../ui/primary-button.tsx'
import { ShopProblemNotice } from '../ui/shop-problem-notice.tsx'
import { StepHeading } from '../ui/step-heading.tsx'
import { AmountField } from './amount-field.tsx'
import { checkAmounts, firstAmounts, paidAmounts, type AmountTexts } from './amounts.ts'

export interface AmountsStepProps {
  order: Order
  /** Null if no product of the order can be paid with EBT. */
  card: SavedCard | null
  funds: Funds
  /** Receives the amounts that the customer chose so far. Undefined if they are invalid. */
  onSplit: (split: Split | undefined) => void
}

/** The step in which the customer changes the suggested amounts. The card on file pays the rest. */
export function AmountsStep({ order, card, funds, onSplit }: AmountsStepProps): ReactNode {
  const [texts, setTexts] = useState(() => firstAmounts(order, funds))
  const { split, problems } = checkAmounts(order, funds, texts)
  const paid = paidAmounts(order)
  const prepare = usePrepare(order)
  useShownSplit(split, onSplit)
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
      <ShownSplit split={split} totalCents={order.totalCents} isOnlyTender={!card} />
      <ShopProblemNotice error={prepare.error} />
      <div className="actions">
        <PrimaryButton
          isDisabled={!split || prepare.isPending}
          onPress={async () => split && (await prepare.mutateAsync(split))}
        >
          {needsPin ? 'Continue to payment' : `Pay ${formatCents(order.totalCents)} with ${tenderNames.card}`}
        </PrimaryButton>
        {card && (
          <button type="button" className="link" onClick={() => openStep(order.id, 'card')}>
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

/** Shows what each tender pays, so that the customer sees the whole payment before it begins. */
function ShownSplit({ split, totalCents, isOnlyTender }: ShownSplitProps): ReactNode {
  const rows = split ? amountsOf(split).toSorted(([one], [other]) => byTender(one, other)) : []
  return (
    <section className="split" aria-label="How you pay">
      <output>
        {split ? (
          rows.map(([tender, cents]) => (
            <span key={tender} className="split-row">
              <span>{tenderNames[tender]}</span> <strong className="amount">{formatCents(cents)}</strong>
            </span>
          ))
        ) : (
          <span className="muted">Correct the amounts to see how you pay.</span>
        )}
        <span className="split-row split-total">
          <span>Total</span> <strong className="amount">{formatCents(totalCents)}</strong>
        </span>
      </output>
      {split && split.cardCents > 0 && (
        <p className="muted small">
          {tenderNames.card} is the card on file in this demo.
          {!isOnlyTender && ' It is charged last, after your EBT payments.'}
        </p>
      )}
    </section>
  )
}

interface ShownSplitProps {
  split: Split | undefined
  totalCents: number
  isOnlyTender: boolean
}

/** Creates the payments, then opens the step that charges the first. */
function usePrepare(order: Order): UseMutationResult<Order, Error, Split> {
  const showOrder = useShowOrder()
  return useMutation({
    mutationFn: (split: Split) => preparePayments(order.id, split),
    onSuccess: (prepared) => {
      showOrder(prepared)
      const { step } = orderStep(prepared)
      // The page of a finished order opens without this, and leaves the steps.
      if (step !== 'receipt' && step !== 'canceled') openStep(order.id, step)
    },
  })
}

function useShownSplit(split: Split | undefined, onSplit: AmountsStepProps['onSplit']): void {
  const text = JSON.stringify(split ?? null)
  useEffect(() => {
    onSplit((JSON.parse(text) as Split | null) ?? undefined)
    return () => onSplit(undefined)
  }, [text, onSplit])
}
