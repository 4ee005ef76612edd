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
let ForageSessionDevtoolsPanel: typeof real.ForageSessionDevtoolsPanel = () => null
let createSessionFaults: typeof real.createSessionFaults = inertFaults
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
