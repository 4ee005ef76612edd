import { WebKit } from '../../../scripts/toolchain/webkit.ts'
import { webkitCustomer } from '../../checkout/e2e/support/webkit-customer.ts'
import { test as base, type PlaygroundTest } from './playground-test.ts'
import { defineStories } from './stories.ts'

const test: PlaygroundTest = base.extend({
  visitor: async ({ site }, use) => {
    await using webkit = await WebKit.launch()
    const visitor = await webkitCustomer(webkit, site.url)
    await visitor.open()
    await use(visitor)
  },
})

defineStories(test)
