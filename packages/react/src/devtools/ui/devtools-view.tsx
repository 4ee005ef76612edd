import { useEffect, useRef, useState, type ReactNode, type RefObject } from 'react'

import { readSettings, writeSettings, type Position, type Theme, type UiSettings } from '../ui-settings.ts'
import { Announcer } from './announcer.tsx'
import { DevtoolsContext, type DevtoolsScope } from './devtools-context.ts'
import { Panel } from './panel.tsx'
import { Pill } from './pill.tsx'

export interface DevtoolsViewProps {
  scope: DevtoolsScope
  initialIsOpen: boolean
  buttonPosition: string
  position: Position
  theme: Theme
}

/** A pill in a corner, or the panel. */
export function DevtoolsView(props: DevtoolsViewProps): ReactNode {
  const [settings, change] = useUiSettings(props)
  const { isOpen, theme, position, heightPx } = settings
  const { panel, pill } = useFocusReturn(isOpen)
  return (
    <DevtoolsContext.Provider value={props.scope}>
      <div className="devtools" data-theme={theme}>
        <Announcer />
        {isOpen ? (
          <Panel docked={{ panel, theme, position, heightPx, change }} />
        ) : (
          <Pill buttonRef={pill} position={props.buttonPosition} onOpen={() => change({ isOpen: true })} />
        )}
      </div>
    </DevtoolsContext.Provider>
  )
}

type LiveSettings = UiSettings & Required<Omit<UiSettings, 'heightPx'>>

/** As it was left, else as the page says. */
function useUiSettings({
  initialIsOpen,
  theme,
  position,
}: DevtoolsViewProps): [LiveSettings, change: (settings: UiSettings) => void] {
  const [left, setLeft] = useState(readSettings)
  const change = (settings: UiSettings): void => {
    setLeft((last) => ({ ...last, ...settings }))
    writeSettings(settings)
  }
  return [{ isOpen: initialIsOpen, theme, position, ...left }, change]
}

/** Who opens the panel is in it, and who closes it is back at the pill. At first nobody is moved. */
function useFocusReturn(isOpen: boolean): {
  panel: RefObject<HTMLElement | null>
  pill: RefObject<HTMLButtonElement | null>
} {
  const panel = useRef<HTMLElement>(null)
  const pill = useRef<HTMLButtonElement>(null)
  const wasOpen = useRef(isOpen)
  useEffect(() => {
    if (wasOpen.current === isOpen) return
    wasOpen.current = isOpen
    if (isOpen) panel.current?.focus()
    else pill.current?.focus()
  }, [isOpen])
  return { panel, pill }
}
