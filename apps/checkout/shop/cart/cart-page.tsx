import type { ReactNode } from 'react'

import type { Account, ShopConfig } from '../../src/merchant/api/shop-api.ts'
import { navigate } from '../shared/route.ts'
import { OrderSummary } from '../ui/order-summary.tsx'
import { PartPaid } from '../ui/part-paid.tsx'
import { PrimaryButton } from '../ui/primary-button.tsx'
import { Progress } from '../ui/progress.tsx'
import { ShopProblemNotice } from '../ui/shop-problem-notice.tsx'
import { StepHeading } from '../ui/step-heading.tsx'
import { cartLines, withQuantity } from './cart.ts'
import { FulfilmentChoice } from './fulfilment-choice.tsx'
import { ProductRow } from './product-row.tsx'
import { changeCart, useCart } from './use-cart.ts'
import { useCheckOut } from './use-check-out.ts'
import { usePartPaidOrder } from './use-part-paid-order.ts'

export interface CartPageProps {
  config: ShopConfig
  account: Account | null
}

export function CartPage({ config, account }: CartPageProps): ReactNode {
  const { products, deliveryFeeCents } = config
  const cart = useCart()
  const lines = cartLines(cart, products, deliveryFeeCents)
  const checkOut = useCheckOut(products)
  const partPaid = usePartPaidOrder(cart, account)
  // A customer who changes the cart would begin another order and forget what is paid.
  const isFixed = partPaid !== undefined
  const proceed = async (): Promise<unknown> => (account ? checkOut.mutateAsync() : navigate('/?sign-in'))
  return (
    <>
      <Progress step="cart" />
      <div className="columns">
        <OrderSummary lines={lines} />
        <main className="step">
          <StepHeading>Your cart</StepHeading>
          <ul className="products">
            {products.map((product) => (
              <ProductRow
                key={product.id}
                product={product}
                quantity={cart.quantities[product.id] ?? 0}
                isFixed={isFixed}
                onQuantity={(quantity) => changeCart((last) => withQuantity(last, product.id, quantity))}
              />
            ))}
          </ul>
          <FulfilmentChoice
            value={cart.fulfilment}
            deliveryFeeCents={deliveryFeeCents}
            isFixed={isFixed}
            onChange={(fulfilment) => changeCart(({ quantities }) => ({ quantities, fulfilment }))}
          />
          <div className="in-reach">
            <ShopProblemNotice error={checkOut.error} />
            {partPaid && <PartPaid order={partPaid} />}
            {lines.length === 0 && <output>Add something to your cart to check out.</output>}
            <div className="actions">
              <PrimaryButton isDisabled={lines.length === 0 || checkOut.isPending} onPress={proceed}>
                {partPaid ? 'Continue to payment' : 'Check out'}
              </PrimaryButton>
            </div>
          </div>
        </main>
      </div>
    </>
  )
}
