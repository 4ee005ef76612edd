import { defineStories } from '../stories/stories.ts'
import { test } from '../support/shop-test.ts'

defineStories(test)
