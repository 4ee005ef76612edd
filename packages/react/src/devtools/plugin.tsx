import type { JSX } from 'react'

import { ForageSessionDevtoolsPanel } from './forage-session-devtools.tsx'

/** The shape of a plugin of `@tanstack/react-devtools`, which need not be installed. */
export interface ForageSessionDevtoolsPlugin {
  id: string
  name: string
  render: (element: HTMLElement, theme: 'dark' | 'light') => JSX.Element
}

/** For `<TanStackDevtools plugins={[forageSessionDevtoolsPlugin]} />` inside of the session's provider. */
export const forageSessionDevtoolsPlugin: ForageSessionDevtoolsPlugin = {
  id: 'forage-session',
  name: 'Forage session',
  render: (_element, theme) => <ForageSessionDevtoolsPanel theme={theme} />,
}
