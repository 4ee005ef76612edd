import { useForageQuery } from '@forage-session/react'
import { useEffect, type ReactNode } from 'react'

import { amount, cardRef } from '../world/addresses.ts'
import type { World } from '../world/world.ts'
import { PinForm } from './pin-form.tsx'

interface CheckoutProps {
  readonly world: World
  readonly orderId: string
  /** The balance after the payment, in dollars. Undefined if the order is not paid. */
  readonly balance: string | undefined
  /** Increases when a button asks for another read of the balance. */
  readonly reads: number
  readonly onPaid: (balance: string) => void
  readonly onNewOrder: () => void
}

interface PaymentMethod {
  readonly card: { readonly last_4: string }
  readonly balance: { readonly snap: string } | null
}

/** A small checkout: the groceries, the balance of the customer's card, and the PIN. */
export function Checkout({ world, orderId, balance, reads, onPaid, onNewOrder }: CheckoutProps): ReactNode {
  const card = useForageQuery({
    queryKey: ['card'],
    queryFn: ({ forage }) => forage.get(`api/payment_methods/${cardRef}/`).json<PaymentMethod>(),
  })
  const { refetch } = card
  useEffect(() => {
    if (reads > 0) void refetch()
  }, [reads, refetch])
  return (
    <section className="pg-shop" aria-labelledby="pg-shop-title">
      <h2 id="pg-shop-title">Checkout</h2>
      <ul className="pg-items">
        <li>
          <span>Eggs, large brown</span>
          <span>$5.49</span>
        </li>
        <li>
          <span>Whole milk, 1 gallon</span>
          <span>$4.29</span>
        </li>
        <li>
          <span>Honeycrisp apples, 3 lb</span>
          <span>$8.95</span>
        </li>
        <li className="pg-total">
          <span>Total</span>
          <span>${amount}</span>
        </li>
      </ul>
      <div className="pg-card">
        <span>
          EBT card ending in {card.data?.card.last_4 ?? '····'}
          <br />
          <strong>
            {card.data?.balance ? `EBT SNAP $${card.data.balance.snap}` : 'Reading the balance…'}
          </strong>
        </span>
        <button type="button" className="pg-quiet" disabled={card.isFetching} onClick={() => void refetch()}>
          {card.isFetching ? 'Reading…' : 'Read again'}
        </button>
      </div>
      {balance !== undefined ? (
        <output className="pg-paid">
          <p>
            <strong>Paid.</strong> ${amount} was charged once. ${balance} is left on EBT SNAP.
          </p>
          <button type="button" className="pg-primary" onClick={onNewOrder}>
            New order
          </button>
        </output>
      ) : (
        <PinForm key={orderId} world={world} orderId={orderId} onPaid={onPaid} />
      )}
    </section>
  )
}
