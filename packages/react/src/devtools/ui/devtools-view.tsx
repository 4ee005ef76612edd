import { useEffect, useRef, useState, type ReactNode, type RefObject } from 'react'

import { readSettings, writeSettings, type Position, type Theme, type UiSettings } from '../ui-settings.ts'
import { DevtoolsContext, type DevtoolsScope } from './devtools-context.ts'
import { Panel } from './panel.tsx'
import { Pill } from './pill.tsx'
import { StatusAnnouncer } from './status.tsx'

export interface DevtoolsViewProps {
  scope: DevtoolsScope
  initialIsOpen: boolean
  buttonPosition: string
  position: Position
  theme: Theme
}

/** Shows the pill in a corner, or the panel. */
export function DevtoolsView(props: DevtoolsViewProps): ReactNode {
  const [settings, change] = useUiSettings(props)
  const { isOpen, theme, position, heightPx } = settings
  const { panel, pill } = useFocusReturn(isOpen)
  return (
    <Frame scope={props.scope} theme={theme}>
      {isOpen ? (
        <Panel docked={{ panel, theme, position, heightPx, change }} />
      ) : (
        <Pill buttonRef={pill} position={props.buttonPosition} onOpen={() => change({ isOpen: true })} />
      )}
    </Frame>
  )
}

/** Shows the panel alone, inside devtools that have their own button. */
export function PanelView({ scope, theme }: Pick<DevtoolsViewProps, 'scope' | 'theme'>): ReactNode {
  return (
    <Frame scope={scope} theme={theme}>
      <Panel />
    </Frame>
  )
}

interface FrameProps extends Pick<DevtoolsViewProps, 'scope' | 'theme'> {
  children: ReactNode
}

function Frame({ scope, theme, children }: FrameProps): ReactNode {
  return (
    <DevtoolsContext.Provider value={scope}>
      <div className="devtools" data-theme={theme}>
        <StatusAnnouncer />
        {children}
      </div>
    </DevtoolsContext.Provider>
  )
}

type LiveSettings = UiSettings & Required<Omit<UiSettings, 'heightPx'>>

/** Returns the settings of the last visit. The props supply the missing ones. */
function useUiSettings({
  initialIsOpen,
  theme,
  position,
}: DevtoolsViewProps): [LiveSettings, change: (settings: UiSettings) => void] {
  const [stored, setStored] = useState(readSettings)
  const change = (settings: UiSettings): void => {
    setStored((last) => ({ ...last, ...settings }))
    writeSettings(settings)
  }
  return [{ isOpen: initialIsOpen, theme, position, ...stored }, change]
}

/** Moves the focus into the panel when it opens, and back to the pill when it closes. The first render moves nothing. */
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
