import type { ReactNode } from 'react'

import type { Tally } from '../world/history.ts'
import { countsOf, faults, type Fault } from './faults.ts'

interface FaultButtonsProps {
  readonly last: Fault | undefined
  readonly isBusy: boolean
  readonly since: Tally
  readonly onPress: (fault: Fault) => void
  /** Returns the address of a page of the documentation. */
  readonly linkTo: (page: string) => string
}

/** The buttons for what goes wrong, and what the session did about the last one. */
export function FaultButtons({ last, isBusy, since, onPress, linkTo }: FaultButtonsProps): ReactNode {
  return (
    <section className="pg-faults" aria-labelledby="pg-faults-title">
      <h2 id="pg-faults-title">What goes wrong?</h2>
      <div className="pg-buttons">
        {faults.map((fault) => (
          <button
            key={fault.id}
            type="button"
            aria-pressed={last?.id === fault.id}
            disabled={isBusy}
            onClick={() => onPress(fault)}
          >
            {fault.label}
          </button>
        ))}
      </div>
      <output className="pg-told">
        {last ? (
          <>
            <p>{last.told}</p>
            <p className="pg-muted">
              {countsOf(since)}
              <a href={linkTo(last.rule.page)}>{last.rule.words}</a>
            </p>
          </>
        ) : (
          <p>Press a button, also while you pay. The timeline shows what the session does.</p>
        )}
      </output>
    </section>
  )
}
