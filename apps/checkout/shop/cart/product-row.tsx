import type { ReactNode } from 'react'

import type { Eligibility, Product } from '../../src/merchant/api/shop-api.ts'
import { formatCents } from '../shared/money.ts'
import { ProductPicture } from '../ui/product-picture.tsx'
import { Quantity } from './quantity.tsx'

export interface ProductRowProps {
  product: Product
  quantity: number
  /** Whether the quantity cannot change now. */
  isFixed: boolean
  onQuantity: (quantity: number) => void
}

export function ProductRow({ product, quantity, isFixed, onQuantity }: ProductRowProps): ReactNode {
  const { id, name, unit, priceCents, eligibility, depositCents } = product
  return (
    <li>
      <ProductPicture id={id} />
      <div className="product-words">
        <p className="product-name">{name}</p>
        <p className="product-facts muted small">
          <span>
            {formatCents(priceCents)} / {unit}
            {depositCents !== undefined && ` + ${formatCents(depositCents)} deposit`}
          </span>{' '}
          <EligibilityTag eligibility={eligibility} />
        </p>
      </div>
      <Quantity of={name} value={quantity} isFixed={isFixed} onChange={onQuantity} />
    </li>
  )
}

const eligibilityNames: Readonly<Record<Eligibility, string>> = {
  ebt_snap: 'EBT SNAP',
  ebt_cash: 'EBT Cash',
  none: 'Not payable with EBT',
}

function EligibilityTag({ eligibility }: { eligibility: Eligibility }): ReactNode {
  return <span className={`tag tag-${eligibility}`}>{eligibilityNames[eligibility]}</span>
}
