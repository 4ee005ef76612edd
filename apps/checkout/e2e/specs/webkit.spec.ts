import { tellOutageStories } from '../stories/outage-stories.ts'
import { tellStories } from '../stories/stories.ts'
import { tellTabStories } from '../stories/tab-stories.ts'
import { test } from '../support/webkit-test.ts'

tellStories(test)
tellOutageStories(test)
tellTabStories(test)
