import type { ReactNode } from 'react'

import type { Room } from '../state/room.ts'
import { isReplay } from '../state/series.ts'

/** Shows the totals of the demo. */
export function Counts({ room }: { room: Room }): ReactNode {
  const status = room.statuses.at(-1)
  const figures: [name: string, value: number | undefined][] = [
    ['Payments captured', status?.counts.captures],
    ['Session tokens issued', status?.counts.sessionTokens],
    ['Requests sent again', room.entries.filter(isReplay).length],
    ['Live authentication tokens', status?.live.authenticationTokens],
  ]
  return (
    <dl className="figures card">
      {figures.map(([name, value = '–']) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  )
}
