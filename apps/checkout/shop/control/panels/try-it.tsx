import type { ReactNode } from 'react'

import type { Room } from '../state/room.ts'
import { faultNames } from '../words/fault-words.ts'
import { plural } from '../words/readable.ts'

/** Shows newcomers what to do. */
export function TryIt({ room }: { room: Room }): ReactNode {
  const { size } = room.pages
  return (
    <section className="card try" aria-labelledby="try-title">
      <h2 id="try-title">What to try</h2>
      <ol className="try-steps">
        <li>
          <p className="try-link">
            <a className="button compact" href="/" target="_blank" rel="noreferrer">
              Open the shop
            </a>
            and go to your balance.
          </p>
          <p className="small muted">
            {size > 0
              ? `✓ ${plural(size, 'page')} of the shop ${size === 1 ? 'is' : 'are'} open in this browser.`
              : 'No page of the shop is open in this browser.'}
          </p>
        </li>
        <li>
          <p>
            <strong>Press “{faultNames.expire}”</strong> below, then pay in the shop.
          </p>
          <p className="small muted">
            If you have already typed your PIN, the shop asks you to type it again. Nothing was charged then.
          </p>
        </li>
        <li>
          <p>
            <strong>Watch the timeline.</strong> Forage refuses the old token, the session gets a new one and
            sends the request again, and you pay once.
          </p>
        </li>
      </ol>
    </section>
  )
}
