/**
 * Devtools that show what a session does. Production builds contain none of their code.
 *
 * @module @forage-session/react/devtools
 */
'use client'

import { createElement, Fragment } from 'react'

import { inertFaults } from './devtools/inert-faults.ts'
import * as real from './devtools/production.ts'

export type {
  ArmedFaults,
  ForageSessionDevtoolsPanelProps,
  ForageSessionDevtoolsPlugin,
  ForageSessionDevtoolsProps,
  SessionFaults,
  SessionFaultsOptions,
} from './devtools/production.ts'

/** A bundler replaces `process.env.NODE_ENV`. Without a bundler, `process` may not exist. */
declare const process: { env: { NODE_ENV?: string } }

/**
 * Shows a pill with the status of the session, and a panel with its events. Renders nothing outside development.
 *
 * @example
 * ```tsx
 * import { ForageSessionProvider } from '@forage-session/react'
 * import { ForageSessionDevtools } from '@forage-session/react/devtools'
 *
 * export function Checkout({ cartId }: { cartId: string }) {
 *   return (
 *     <ForageSessionProvider tokenSource="/api/forage/session-token" checkoutId={cartId}>
 *       <ForageSessionDevtools />
 *     </ForageSessionProvider>
 *   )
 * }
 * ```
 */
let ForageSessionDevtools: typeof real.ForageSessionDevtools = () => null
/**
 * Shows the panel at its place in the page, without a pill. Renders nothing outside development.
 *
 * @example
 * ```tsx
 * import type { ForageSession } from '@forage-session/core'
 * import { ForageSessionDevtoolsPanel } from '@forage-session/react/devtools'
 *
 * export function SessionTab({ session }: { session: ForageSession }) {
 *   return <ForageSessionDevtoolsPanel session={session} />
 * }
 * ```
 */
let ForageSessionDevtoolsPanel: typeof real.ForageSessionDevtoolsPanel = () => null
/**
 * Creates faults for one session: wrap its `tokenSource` and its `fetch` with them. Outside development the wrappers
 * return their arguments unchanged.
 *
 * @example
 * ```ts
 * import { createForageSession } from '@forage-session/core'
 * import { createSessionFaults } from '@forage-session/react/devtools'
 *
 * const faults = createSessionFaults()
 *
 * export const session = createForageSession({
 *   environment: 'sandbox',
 *   tokenSource: faults.tokenSource('/api/forage/session-token'),
 *   fetch: faults.fetch(),
 * })
 * ```
 */
let createSessionFaults: typeof real.createSessionFaults = inertFaults
/**
 * Shows the panel as a tab of TanStack Devtools, which stand inside the session's provider. Renders nothing outside
 * development.
 *
 * @example
 * ```tsx
 * import { forageSessionDevtoolsPlugin } from '@forage-session/react/devtools'
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
let forageSessionDevtoolsPlugin: real.ForageSessionDevtoolsPlugin = {
  id: 'forage-session',
  name: 'Forage session',
  render: () => createElement(Fragment),
}

try {
  // The full expression lets every bundler see that a production build never runs this block.
  if (process.env.NODE_ENV === 'development') {
    ForageSessionDevtools = real.ForageSessionDevtools
    ForageSessionDevtoolsPanel = real.ForageSessionDevtoolsPanel
    createSessionFaults = real.createSessionFaults
    forageSessionDevtoolsPlugin = real.forageSessionDevtoolsPlugin
  }
} catch {}

export { createSessionFaults, ForageSessionDevtools, ForageSessionDevtoolsPanel, forageSessionDevtoolsPlugin }
