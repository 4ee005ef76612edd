import type { ReactNode } from 'react'

import type { RoomEntry } from '../state/room.ts'
import { storyOf, type Chapter, type ChapterName } from '../state/story.ts'

const titles: Record<ChapterName, string> = {
  refused: 'Refused',
  renewed: 'New token',
  replayed: 'Sent again',
  paid: 'Paid once',
}
const states: Record<Chapter['state'], readonly [sign: string, text: string]> = {
  open: ['○', 'not yet'],
  done: ['✓', 'done'],
  skipped: ['–', 'not needed'],
  unseen: ['–', 'not seen'],
}

/** Shows what has happened since the last fault, as ticks. */
export function StoryLine({ entries }: { entries: readonly RoomEntry[] }): ReactNode {
  const { chapters, captures } = storyOf(entries)
  return (
    <ol className="story" aria-label="After the last fault">
      {chapters.map(({ name, state }) => (
        <li key={name} data-state={state}>
          <span aria-hidden="true">{states[state][0]}</span> {/* Each benefit is a separate payment. */}
          {name === 'paid' && captures > 1 ? `Paid: ${captures} payments` : titles[name]}{' '}
          <span className="small">{states[state][1]}</span>
        </li>
      ))}
    </ol>
  )
}
