import type { JSX } from 'react'

import { ForageSessionDevtoolsPanel } from './forage-session-devtools.tsx'

type ShellTheme = 'dark' | 'light'

/** The shape of a plugin of `@tanstack/react-devtools`, which need not be installed. */
export interface ForageSessionDevtoolsPlugin {
  /** Tells it from other plugins. */
  id: string
  /** The title of its tab. */
  name: string
  /** Gives what is shown in the tab. The first versions of the shell gave the theme alone. */
  render: (element: HTMLElement, shell: ShellTheme | { readonly theme: ShellTheme }) => JSX.Element
}

/** For `<TanStackDevtools plugins={[forageSessionDevtoolsPlugin]} />` inside of the session's provider. */
export const forageSessionDevtoolsPlugin: ForageSessionDevtoolsPlugin = {
  id: 'forage-session',
  name: 'Forage session',
  render: (_element, shell) => (
    <ForageSessionDevtoolsPanel theme={typeof shell === 'string' ? shell : shell.theme} />
  ),
}
