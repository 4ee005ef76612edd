import type { ReactNode } from 'react'

import type { Room } from '../state/room.ts'
import { isReplay } from '../state/series.ts'
import { storyOf, type Chapter, type ChapterName, type Story } from '../state/story.ts'
import { plural } from '../words/readable.ts'

/** Shows newcomers three steps and their outcome. */
export function TryIt({ room }: { room: Room }): ReactNode {
  const isOpen = room.pages.size > 0
  return (
    <section className="card try" aria-labelledby="try-title">
      <h2 id="try-title">What to try</h2>
      <ol className="try-steps">
        <li>
          <p className="try-title">Open the shop in another window and start to pay.</p>
          <p className="small muted">
            {isOpen
              ? `✓ ${plural(room.pages.size, 'page')} of the shop ${room.pages.size === 1 ? 'is' : 'are'} open in this browser.`
              : 'No page of the shop is open in this browser.'}
          </p>
          <a className="button" href="/" target="_blank" rel="noreferrer">
            Open the shop
          </a>
        </li>
        <li>
          <p className="try-title">
            When the shop shows your balance, press <em>Expire now</em> below and continue to pay.
          </p>
          <p className="small muted">
            Forage then refuses the token during the payment. If you have already typed your PIN, the shop
            asks you to type it again. Nothing was charged in that case.
          </p>
        </li>
        <li>
          <p className="try-title">Watch what happens:</p>
          <StoryLine {...storyOf(room.entries)} />
        </li>
      </ol>
      <Counts room={room} />
    </section>
  )
}

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

function StoryLine({ chapters, captures }: Story): ReactNode {
  return (
    <ol className="story">
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

function Counts({ room }: { room: Room }): ReactNode {
  const status = room.statuses.at(-1)
  const figures: [name: string, value: number | undefined][] = [
    ['Payments captured', status?.counts.captures],
    ['Session tokens issued', status?.counts.sessionTokens],
    ['Requests sent again', room.entries.filter(isReplay).length],
    ['Live authentication tokens', status?.live.authenticationTokens],
  ]
  return (
    <dl className="figures">
      {figures.map(([name, value = '–']) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  )
}
