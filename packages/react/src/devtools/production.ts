/**
 * The devtools for every build, including production.
 *
 * @module @forage-session/react/devtools/production
 */
'use client'

export {
  ForageSessionDevtools,
  ForageSessionDevtoolsPanel,
  type ForageSessionDevtoolsPanelProps,
  type ForageSessionDevtoolsProps,
} from './forage-session-devtools.tsx'
export { forageSessionDevtoolsPlugin, type ForageSessionDevtoolsPlugin } from './plugin.tsx'
export {
  createSessionFaults,
  type ArmedFaults,
  type SessionFaults,
  type SessionFaultsOptions,
} from './session-faults.ts'
