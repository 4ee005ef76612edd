import { availableEngines } from '../../../../scripts/toolchain/browsers.ts'
import type { ShopTest } from '../support/shop-test.ts'
import { defineConfirmStories } from './confirm-stories.ts'
import { defineDeclineStories } from './decline-stories.ts'
import { defineKeyboardStories } from './keyboard-stories.ts'
import { defineOutageStories } from './outage-stories.ts'
import { definePaymentStories } from './payment-stories.ts'
import { defineStepStories } from './step-stories.ts'
import { attachLog } from './story-parts.ts'
import { defineTabStories } from './tab-stories.ts'
import { defineTokenStories } from './token-stories.ts'
import { defineVisitStories } from './visit-stories.ts'

/** Defines the stories that run in every browser. */
export function defineStories(test: ShopTest): void {
  test.skip(({ browserName }) => !availableEngines().has(browserName), 'This browser is not installed.')
  test.afterEach(async ({ shop }, info) => attachLog(shop, info))
  defineTokenStories(test)
  definePaymentStories(test)
  defineStepStories(test)
  defineDeclineStories(test)
  defineConfirmStories(test)
  defineVisitStories(test)
  defineKeyboardStories(test)
  defineOutageStories(test)
  defineTabStories(test)
}
