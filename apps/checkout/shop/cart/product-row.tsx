import type { ReactNode } from 'react'

import type { Product } from '../../src/merchant/api/shop-api.ts'
import { formatCents } from '../shared/money.ts'
import { EligibilityTag } from './eligibility-tag.tsx'
import { Quantity } from './quantity.tsx'

export interface ProductRowProps {
  product: Product
  quantity: number
  onQuantity: (quantity: number) => void
}

export function ProductRow({ product, quantity, onQuantity }: ProductRowProps): ReactNode {
  const { name, unit, priceCents, eligibility, depositCents } = product
  return (
    <li>
      <div>
        <p className="product-name">{name}</p>
        <p className="product-facts muted small">
          <span>
            {formatCents(priceCents)} / {unit}
            {depositCents !== undefined && ` + ${formatCents(depositCents)} deposit`}
          </span>{' '}
          <EligibilityTag eligibility={eligibility} />
        </p>
      </div>
      <Quantity of={name} value={quantity} onChange={onQuantity} />
    </li>
  )
}
