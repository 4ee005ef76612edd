import type { Product } from './shop-api.ts'

/** Food that SNAP pays for. */
export const catalogue: readonly Product[] = [
  { id: 'bananas', name: 'Bananas', unit: '1 lb', priceCents: 69 },
  { id: 'spinach', name: 'Baby spinach', unit: '8 oz', priceCents: 349 },
  { id: 'eggs', name: 'Eggs, large brown', unit: '12 ct', priceCents: 459 },
  { id: 'milk', name: 'Whole milk', unit: '1 gal', priceCents: 429 },
  { id: 'rice', name: 'Long grain brown rice', unit: '2 lb', priceCents: 389 },
  { id: 'beans', name: 'Black beans, no salt added', unit: '15 oz', priceCents: 129 },
]
