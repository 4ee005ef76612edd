import { useMutation } from '@tanstack/react-query'
import type { Dispatch, ReactNode } from 'react'

import type { Product } from '../src/merchant/shop-api.ts'
import { cartItems, cartLines, type Quantities } from './cart.ts'
import type { CheckoutEvent } from './checkout-flow.ts'
import { formatCents } from './money.ts'
import { Notice } from './notice.tsx'
import { PrimaryButton } from './primary-button.tsx'
import { Quantity } from './quantity.tsx'
import { createCheckout } from './shop-client.ts'
import { StepHeading } from './step-heading.tsx'

export interface CartStepProps {
  products: readonly Product[]
  quantities: Quantities
  onQuantity: (productId: string, quantity: number) => void
  /** The page was just opened. */
  isFirst: boolean
  dispatch: Dispatch<CheckoutEvent>
}

export function CartStep({ products, quantities, onQuantity, isFirst, dispatch }: CartStepProps): ReactNode {
  const items = cartItems(cartLines(products, quantities))
  const checkout = useMutation({
    mutationFn: () => createCheckout(items),
    onSuccess: (created) => dispatch({ type: 'checkout-created', checkout: created }),
  })
  return (
    <>
      <StepHeading isFirst={isFirst}>Your cart</StepHeading>
      <p className="lead">Everything here can be paid with EBT SNAP.</p>
      <ul className="products">
        {products.map((product) => (
          <ProductRow
            key={product.id}
            product={product}
            quantity={quantities[product.id] ?? 0}
            onQuantity={(quantity) => onQuantity(product.id, quantity)}
          />
        ))}
      </ul>
      {checkout.isError && (
        <Notice tone="error" title="Your cart could not be checked out">
          {checkout.error.message}
        </Notice>
      )}
      {items.length === 0 && <Notice tone="info">Put something into your cart to go on.</Notice>}
      <div className="actions">
        <PrimaryButton
          isOff={items.length === 0 || checkout.isPending}
          onPress={() => checkout.mutateAsync()}
        >
          Continue to EBT card
        </PrimaryButton>
      </div>
    </>
  )
}

interface ProductRowProps {
  product: Product
  quantity: number
  onQuantity: (quantity: number) => void
}

function ProductRow({ product, quantity, onQuantity }: ProductRowProps): ReactNode {
  const { name, unit, priceCents } = product
  return (
    <li>
      <div>
        <p className="product-name">{name}</p>
        <p className="product-facts muted small">
          <span>
            {formatCents(priceCents)} / {unit}
          </span>{' '}
          <span className="tag">EBT SNAP</span>
        </p>
      </div>
      <Quantity of={name} value={quantity} onChange={onQuantity} />
    </li>
  )
}
