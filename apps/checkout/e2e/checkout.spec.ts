import { tellOutageStories } from './outage-stories.ts'
import { test } from './shop-test.ts'
import { tellStories } from './stories.ts'
import { tellTabStories } from './tab-stories.ts'

tellStories(test)
tellOutageStories(test)
tellTabStories(test)
