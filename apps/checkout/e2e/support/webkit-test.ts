import { WebKit } from '../../../../scripts/webkit.ts'
import { test as base, type ShopTest } from './shop-test.ts'
import { webkitCustomer } from './webkit-customer.ts'

export const test: ShopTest = base.extend({
  customer: async ({ gate }, use) => {
    await using webkit = await WebKit.launch()
    await use(await webkitCustomer(webkit, gate.url))
  },
})
