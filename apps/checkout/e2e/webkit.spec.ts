import { tellStories } from './stories.ts'
import { test } from './webkit-test.ts'

tellStories(test)
