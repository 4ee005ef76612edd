import { useForageQuery, type ForageElement } from '@forage-session/react'
import { useMutation } from '@tanstack/react-query'
import { useState, type ReactNode } from 'react'

import type { Order, SavedCard } from '../../src/merchant/api/shop-api.ts'
import type { Balance, PaymentMethod } from '../forage/forage-objects.ts'
import { SecureForm } from '../forage/secure-form.tsx'
import type { ForageSdk } from '../forage/secure-input.tsx'
import { withDeadline } from '../forage/with-deadline.ts'
import { decimalToCents } from '../shared/money.ts'
import type { Changing } from '../shared/order-flow.ts'
import { Loading } from '../ui/loading.tsx'
import { StepHeading } from '../ui/step-heading.tsx'
import { TryAgain } from '../ui/try-again.tsx'
import { AmountsStep } from './amounts-step.tsx'

export interface BalanceStepProps {
  sdk: ForageSdk
  order: Order
  card: SavedCard
  onChange: (changing: Changing) => void
}

/** Shows the amounts once the balance is known. If this order has not read it yet, the customer enters the PIN first. */
export function BalanceStep({ sdk, order, card, onChange }: BalanceStepProps): ReactNode {
  const [isChecked, setChecked] = useState(false)
  const method = useForageQuery({
    queryKey: ['payment_method', card.ref],
    queryFn: ({ forage }) => forage.get(`api/payment_methods/${card.ref}/`).json<PaymentMethod>(),
  })
  const balance = method.data?.balance
  if (balance && (isChecked || isNewerThan(balance, order)))
    return (
      <AmountsStep
        order={order}
        card={card}
        funds={{ snapCents: decimalToCents(balance.snap), cashCents: decimalToCents(balance.non_snap) }}
        onChange={onChange}
      />
    )
  if (method.isError)
    return (
      <TryAgain
        title="We could not read your balance"
        whatToDo="Nothing was charged. Check your connection and try again."
        onRetry={() => method.refetch()}
      />
    )
  if (method.isPending || isChecked) return <Loading>Reading your balance…</Loading>
  const onChecked = (): void => {
    setChecked(true)
    void method.refetch()
  }
  return <BalanceCheck sdk={sdk} card={card} onChecked={onChecked} onChange={onChange} />
}

/** A balance from an earlier visit may be out of date. */
function isNewerThan({ updated }: Balance, { createdAt }: Order): boolean {
  return Date.parse(updated) >= createdAt
}

interface BalanceCheckProps extends Pick<BalanceStepProps, 'sdk' | 'card' | 'onChange'> {
  onChecked: () => void
}

function BalanceCheck({ sdk, card, onChecked, onChange }: BalanceCheckProps): ReactNode {
  const check = useMutation({
    mutationFn: (element: ForageElement) => withDeadline(sdk.checkBalance(element, card.ref)),
    onSuccess: onChecked,
  })
  return (
    <>
      <StepHeading>Check your balance</StepHeading>
      <p className="lead">
        Enter the PIN of your card ending in {card.last4} to see its balance. Nothing is charged yet.
      </p>
      <SecureForm
        sdk={sdk}
        type="collect_pin"
        label="EBT card PIN"
        hint="Four digits. Our staff will never ask you for your PIN."
        reentry="Nothing was charged. Please enter your PIN again."
        action="Show my balance"
        isPending={check.isPending}
        pending="Checking your balance…"
        error={check.error}
        onSubmit={check.mutateAsync}
      >
        <button type="button" className="link" onClick={() => onChange('card')}>
          Use another card
        </button>
      </SecureForm>
    </>
  )
}
