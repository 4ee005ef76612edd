import { useState, type KeyboardEvent, type ReactNode, type RefObject } from 'react'

import type { Position, Theme, UiSettings } from '../ui-settings.ts'
import { Actions } from './actions.tsx'
import { Details } from './details.tsx'
import { LifetimeBar } from './lifetime-bar.tsx'
import { Log } from './log.tsx'
import { ResizeEdge } from './resize-edge.tsx'

export interface DockedPanel {
  panel: RefObject<HTMLElement | null>
  theme: Theme
  position: Position
  heightPx: number | undefined
  change: (settings: UiSettings) => void
}

/** Without `docked`, the panel is part of other devtools, which place and close it. */
export function Panel({ docked }: { docked?: DockedPanel }): ReactNode {
  const [selectedId, setSelectedId] = useState<number>()
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key !== 'Escape' || !docked) return
    // Otherwise a dialog of the page would close as well.
    event.stopPropagation()
    docked.change({ isOpen: false })
  }
  return (
    // Escape closes the panel from each control in it.
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions
    <section
      ref={docked?.panel}
      className={docked ? `panel docked ${docked.position}` : 'panel'}
      // React sets this through the CSSOM, which a strict Content-Security-Policy allows.
      style={docked?.heightPx === undefined ? undefined : { height: `min(${docked.heightPx}px, 90dvh)` }}
      aria-label="Forage session devtools"
      tabIndex={-1}
      onKeyDown={onKeyDown}
    >
      {docked && <ResizeEdge {...docked} onHeight={(heightPx) => docked.change({ heightPx })} />}
      <header>
        <h2>Forage session</h2>
        <LifetimeBar />
        {docked && <PanelButtons {...docked} />}
      </header>
      <Actions />
      <div className="columns">
        <Log selectedId={selectedId} onSelect={setSelectedId} />
        <Details selectedId={selectedId} />
      </div>
    </section>
  )
}

const nextTheme = { system: 'light', light: 'dark', dark: 'system' } as const
const themeSigns = { system: '◐', light: '☀', dark: '☾' }

function PanelButtons({ theme, position, change }: DockedPanel): ReactNode {
  const other = position === 'top' ? 'bottom' : 'top'
  return (
    <div className="panel-buttons">
      <button type="button" className="quiet theme" onClick={() => change({ theme: nextTheme[theme] })}>
        <span aria-hidden="true">{themeSigns[theme]}</span> Theme: {theme}
      </button>
      <button
        type="button"
        className="quiet sign"
        aria-label={`Dock at the ${other}`}
        title={`Dock at the ${other}`}
        onClick={() => change({ position: other })}
      >
        <span aria-hidden="true">{other === 'top' ? '⤒' : '⤓'}</span>
      </button>
      <button
        type="button"
        className="quiet sign"
        aria-label="Close devtools"
        title="Close (Esc)"
        onClick={() => change({ isOpen: false })}
      >
        <span aria-hidden="true">✕</span>
      </button>
    </div>
  )
}
