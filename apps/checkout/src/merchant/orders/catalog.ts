import type { Product } from '../api/shop-api.ts'

/** Groceries for EBT SNAP, hot food and household goods for EBT Cash, and a gift card that no benefit pays for. */
export const catalog: readonly Product[] = [
  { id: 'bananas', name: 'Bananas', unit: '1 lb', priceCents: 69, eligibility: 'ebt_snap' },
  { id: 'spinach', name: 'Baby spinach', unit: '8 oz', priceCents: 349, eligibility: 'ebt_snap' },
  { id: 'eggs', name: 'Eggs, large brown', unit: '12 ct', priceCents: 459, eligibility: 'ebt_snap' },
  { id: 'milk', name: 'Whole milk', unit: '1 gal', priceCents: 429, eligibility: 'ebt_snap' },
  { id: 'rice', name: 'Long grain brown rice', unit: '2 lb', priceCents: 389, eligibility: 'ebt_snap' },
  {
    id: 'beans',
    name: 'Black beans, no salt added',
    unit: '15 oz',
    priceCents: 129,
    eligibility: 'ebt_snap',
  },
  {
    id: 'seltzer',
    name: 'Seltzer water',
    unit: '12 cans',
    priceCents: 549,
    eligibility: 'ebt_snap',
    depositCents: 60,
  },
  { id: 'chicken', name: 'Rotisserie chicken, hot', unit: '1 ct', priceCents: 799, eligibility: 'ebt_cash' },
  { id: 'soap', name: 'Dish soap', unit: '19 oz', priceCents: 399, eligibility: 'ebt_cash' },
  { id: 'gift-card', name: 'Gift card, $10', unit: '1 ct', priceCents: 1000, eligibility: 'none' },
]

/** The delivery fee. EBT Cash may pay for it, EBT SNAP may not (fns.usda.gov/snap/online). */
export const deliveryFeeCents = 399
