import { useLayoutEffect, useRef, useState, type ReactNode } from 'react'

import { amount } from '../world/addresses.ts'
import type { World } from '../world/world.ts'
import { PinForm } from './pin-form.tsx'
import { useCard } from './use-card.ts'

interface CheckoutProps {
  readonly world: World
  readonly orderId: string
  readonly onNewOrder: () => void
}

/** A small checkout: the groceries, the balance of the customer's card, and the PIN. */
export function Checkout({ world, orderId, onNewOrder }: CheckoutProps): ReactNode {
  /** The last receipt. Its balance is newer than the API's, which is the one of the last balance check. */
  const [receipt, setReceipt] = useState<{ orderId: string; balance: string }>()
  const title = useRef<HTMLHeadingElement>(null)
  const isPaid = receipt?.orderId === orderId
  return (
    <section className="pg-shop" aria-labelledby="pg-shop-title">
      <h2 id="pg-shop-title" ref={title} tabIndex={-1}>
        Checkout
      </h2>
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
      <Card newerBalance={receipt?.balance} />
      <output className={isPaid ? 'pg-paid' : undefined}>
        {isPaid && (
          <>
            <strong>Paid.</strong> ${amount} was charged once. ${receipt.balance} is left on EBT SNAP.
          </>
        )}
      </output>
      {isPaid ? (
        <NewOrder
          onPress={() => {
            title.current?.focus()
            onNewOrder()
          }}
        />
      ) : (
        <PinForm
          key={orderId}
          world={world}
          orderId={orderId}
          onPaid={(balance) => setReceipt({ orderId, balance })}
        />
      )}
    </section>
  )
}

function Card({ newerBalance }: { readonly newerBalance: string | undefined }): ReactNode {
  const { data, isFetching, refetch } = useCard()
  const balance = newerBalance ?? data?.balance?.snap
  return (
    <div className="pg-card">
      <span>
        EBT card ending in {data?.card.last_4 ?? '····'}
        <br />
        <strong>{data && balance ? `EBT SNAP $${balance}` : 'Reading the balance…'}</strong>
      </span>
      <button
        type="button"
        className="pg-quiet"
        // A disabled button would lose the focus.
        aria-disabled={isFetching}
        onClick={() => isFetching || void refetch()}
      >
        {isFetching ? 'Reading…' : 'Read again'}
      </button>
    </div>
  )
}

/** Takes the focus that the pay button had, unless the customer has moved on. */
function NewOrder({ onPress }: { readonly onPress: () => void }): ReactNode {
  const button = useRef<HTMLButtonElement>(null)
  useLayoutEffect(() => {
    if (document.activeElement === document.body) button.current?.focus()
  }, [])
  return (
    <button type="button" className="pg-primary" ref={button} onClick={onPress}>
      New order
    </button>
  )
}
