import { useState, type KeyboardEvent, type ReactNode, type Ref } from 'react'

import type { Theme } from '../ui-settings.ts'
import { Actions } from './actions.tsx'
import { Details } from './details.tsx'
import { LifetimeBar } from './lifetime-bar.tsx'
import { Timeline } from './timeline.tsx'

export interface PanelProps {
  /** Undefined: the panel is a part of something else, which closes it. */
  onClose?: () => void
  theme: Theme
  onTheme?: ((theme: Theme) => void) | undefined
  position?: 'top' | 'bottom'
  panelRef?: Ref<HTMLElement>
}

export function Panel({ onClose, theme, onTheme, position = 'bottom', panelRef }: PanelProps): ReactNode {
  const [selectedId, setSelectedId] = useState<number>()
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key !== 'Escape' || !onClose) return
    // A dialog of the page would close, too.
    event.stopPropagation()
    onClose()
  }
  return (
    // Escape is for the whole panel, wherever the focus is in it.
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions
    <section
      ref={panelRef}
      className={onClose ? `panel docked ${position}` : 'panel'}
      aria-label="Forage session devtools"
      tabIndex={-1}
      onKeyDown={onKeyDown}
    >
      <header>
        <h2>Forage session</h2>
        <LifetimeBar />
        {onTheme && <ThemeButton theme={theme} onTheme={onTheme} />}
        {onClose && (
          <button type="button" className="quiet close" aria-label="Close devtools" onClick={onClose}>
            <span aria-hidden="true">✕</span>
          </button>
        )}
      </header>
      <Actions />
      <div className="columns">
        <Timeline selectedId={selectedId} onSelect={setSelectedId} />
        <Details selectedId={selectedId} />
      </div>
    </section>
  )
}

const nextTheme = { system: 'light', light: 'dark', dark: 'system' } as const

function ThemeButton({ theme, onTheme }: { theme: Theme; onTheme: (theme: Theme) => void }): ReactNode {
  return (
    <button type="button" className="quiet theme" onClick={() => onTheme(nextTheme[theme])}>
      <span aria-hidden="true">{theme === 'system' ? '◐' : theme === 'light' ? '☀' : '☾'}</span> Theme:{' '}
      {theme}
    </button>
  )
}
