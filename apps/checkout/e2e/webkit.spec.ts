import { tellOutageStories } from './outage-stories.ts'
import { tellStories } from './stories.ts'
import { tellTabStories } from './tab-stories.ts'
import { test } from './webkit-test.ts'

tellStories(test)
tellOutageStories(test)
tellTabStories(test)
