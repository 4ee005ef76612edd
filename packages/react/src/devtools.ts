/**
 * What the session does, beside the page. In a production build nothing is left of it.
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

/** Bundlers put the word in; without one there may be no `process`. */
declare const process: { env: { NODE_ENV?: string } }

/** Nothing, outside of development. */
let ForageSessionDevtools: typeof real.ForageSessionDevtools = () => null
/** The panel alone, to be placed in a page of yours. Nothing, outside of development. */
let ForageSessionDevtoolsPanel: typeof real.ForageSessionDevtoolsPanel = () => null
/** Faults that change nothing, outside of development. */
let createSessionFaults: typeof real.createSessionFaults = inertFaults
/** For `plugins` of TanStack Devtools. Renders nothing, outside of development. */
let forageSessionDevtoolsPlugin: real.ForageSessionDevtoolsPlugin = {
  id: 'forage-session',
  name: 'Forage session',
  render: () => createElement(Fragment),
}

try {
  // Written out, so that every bundler sees that a production build never gets here.
  if (process.env.NODE_ENV === 'development') {
    ForageSessionDevtools = real.ForageSessionDevtools
    ForageSessionDevtoolsPanel = real.ForageSessionDevtoolsPanel
    createSessionFaults = real.createSessionFaults
    forageSessionDevtoolsPlugin = real.forageSessionDevtoolsPlugin
  }
} catch {}

export { createSessionFaults, ForageSessionDevtools, ForageSessionDevtoolsPanel, forageSessionDevtoolsPlugin }
