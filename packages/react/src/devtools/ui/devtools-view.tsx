import { useEffect, useRef, useState, type ReactNode, type RefObject } from 'react'

import { readSettings, writeSetting, type Theme } from '../ui-settings.ts'
import { Announcer } from './announcer.tsx'
import { DevtoolsContext, type DevtoolsScope } from './devtools-context.ts'
import { Panel } from './panel.tsx'
import { Pill } from './pill.tsx'

export interface DevtoolsViewProps {
  scope: DevtoolsScope
  initialIsOpen: boolean
  buttonPosition: string
  position: 'top' | 'bottom'
  theme: Theme
}

/** A pill in a corner, or the panel. */
export function DevtoolsView(props: DevtoolsViewProps): ReactNode {
  const { isOpen, setOpen, theme, setTheme } = useUiSettings(props)
  const { panel, pill } = useFocusReturn(isOpen)
  return (
    <DevtoolsContext.Provider value={props.scope}>
      <div className="devtools" data-theme={theme}>
        <Announcer />
        {isOpen ? (
          <Panel
            panelRef={panel}
            position={props.position}
            theme={theme}
            onTheme={setTheme}
            onClose={() => setOpen(false)}
          />
        ) : (
          <Pill buttonRef={pill} position={props.buttonPosition} onOpen={() => setOpen(true)} />
        )}
      </div>
    </DevtoolsContext.Provider>
  )
}

interface LiveSettings {
  isOpen: boolean
  setOpen: (isOpen: boolean) => void
  theme: Theme
  setTheme: (theme: Theme) => void
}

/** As it was left, else as the page says. */
function useUiSettings({ initialIsOpen, theme: givenTheme }: DevtoolsViewProps): LiveSettings {
  const [settings, setSettings] = useState(readSettings)
  return {
    isOpen: settings.isOpen ?? initialIsOpen,
    theme: settings.theme ?? givenTheme,
    setOpen: (isOpen) => {
      setSettings((last) => ({ ...last, isOpen }))
      writeSetting('open', String(isOpen))
    },
    setTheme: (theme) => {
      setSettings((last) => ({ ...last, theme }))
      writeSetting('theme', theme)
    },
  }
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
