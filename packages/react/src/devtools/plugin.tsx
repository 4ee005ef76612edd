import type { JSX } from 'react'

import { ForageSessionDevtoolsPanel } from './forage-session-devtools.tsx'

type ShellTheme = 'dark' | 'light'

/** The shape of a plugin of `@tanstack/react-devtools`, which need not be installed. */
export interface ForageSessionDevtoolsPlugin {
  /** The ID among the plugins. */
  id: string
  /** The title of its tab. */
  name: string
  /** Renders the content of the tab. The first versions of the shell passed the theme alone. */
  render: (element: HTMLElement, shell: ShellTheme | { readonly theme: ShellTheme }) => JSX.Element
}

/**
 * Shows the panel as a tab of TanStack Devtools, which stand inside the session's provider.
 *
 * @example
 * ```tsx
 * import { forageSessionDevtoolsPlugin } from '@forage-session/react/devtools/production'
 * import type { ReactNode } from 'react'
 *
 * // From `@tanstack/react-devtools`:
 * declare function TanStackDevtools(props: { plugins: readonly object[] }): ReactNode
 *
 * export function Devtools() {
 *   return <TanStackDevtools plugins={[forageSessionDevtoolsPlugin]} />
 * }
 * ```
 */
export const forageSessionDevtoolsPlugin: ForageSessionDevtoolsPlugin = {
  id: 'forage-session',
  name: 'Forage session',
  render: (_element, shell) => (
    <ForageSessionDevtoolsPanel theme={typeof shell === 'string' ? shell : shell.theme} />
  ),
}
