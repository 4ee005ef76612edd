import { WebKit } from '../../../../scripts/toolchain/webkit.ts'
import { defineStories } from '../stories/stories.ts'
import { test as base, type ShopTest } from '../support/shop-test.ts'
import { webkitCustomer } from '../support/webkit-customer.ts'

const test: ShopTest = base.extend({
  customer: async ({ gate }, use) => {
    await using webkit = await WebKit.launch()
    await use(await webkitCustomer(webkit, gate.url))
  },
})

defineStories(test)
