import type { ReactNode } from 'react'

import { faults, type Fault } from './faults.ts'
import { countsOf, generalWords } from './told.ts'
import type { LastPress } from './use-press.ts'

interface FaultButtonsProps {
  readonly last: LastPress | undefined
  readonly onPress: (fault: Fault) => void
  /** Returns the address of a page of the documentation. */
  readonly linkTo: (page: string) => string
}

/** The buttons for what goes wrong, and what the session did about the last one. */
export function FaultButtons({ last, onPress, linkTo }: FaultButtonsProps): ReactNode {
  const isBusy = last !== undefined && !last.outcome
  return (
    <section className="pg-faults" aria-labelledby="pg-faults-title">
      <h2 id="pg-faults-title">What goes wrong?</h2>
      <p className="pg-hint">
        <strong>Start here:</strong> press “{faults[0]?.label}”. You can press each button at any time, also
        while you pay.
      </p>
      <div className="pg-buttons">
        {faults.map((fault, index) => (
          <button
            key={fault.id}
            type="button"
            className={
              last ? (last.fault === fault ? 'pg-last' : undefined) : index === 0 ? 'pg-start' : undefined
            }
            // A disabled button would lose the focus.
            aria-disabled={isBusy}
            onClick={() => onPress(fault)}
          >
            {fault.label}
          </button>
        ))}
      </div>
      <div className="pg-told">
        {/* It is announced twice a press. The counts and the link are not announced. */}
        <output>
          {last ? <Told {...last} /> : 'Press a button: what the session did about it appears here.'}
        </output>
        {last?.outcome && (
          <p className="pg-muted">
            {countsOf(last.outcome)}
            <a href={linkTo(last.fault.rule.page)}>The rule: {last.fault.rule.words}</a>
          </p>
        )}
      </div>
    </section>
  )
}

function Told({ fault, outcome }: LastPress): ReactNode {
  return (
    <>
      <strong>{fault.label}:</strong>{' '}
      {outcome ? (fault.told(outcome) ?? generalWords(outcome)) : 'the session is at work…'}
    </>
  )
}
