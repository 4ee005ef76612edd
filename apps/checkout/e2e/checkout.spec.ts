import { test } from './shop-test.ts'
import { tellStories } from './stories.ts'

tellStories(test)
