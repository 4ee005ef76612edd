import type { ReactNode } from 'react'

import type { Theme } from '../ui-settings.ts'
import { Announcer } from './announcer.tsx'
import { DevtoolsContext, type DevtoolsScope } from './devtools-context.ts'
import { Panel } from './panel.tsx'

/** The panel on its own, in devtools that open and close by themselves. */
export function PanelView({ scope, theme }: { scope: DevtoolsScope; theme: Theme }): ReactNode {
  return (
    <DevtoolsContext.Provider value={scope}>
      <div className="devtools" data-theme={theme}>
        <Announcer />
        <Panel />
      </div>
    </DevtoolsContext.Provider>
  )
}
