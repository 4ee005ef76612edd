import type { Account } from '../../../apps/checkout/src/merchant/api/shop-api.ts'

/** Enough customers that a usual hour keeps all of them below the limit of one. */
export const accounts: readonly Account[] = Array.from({ length: 60 }, (_, i) => ({
  id: `customer-${i}`,
  name: `Customer ${i}`,
}))
