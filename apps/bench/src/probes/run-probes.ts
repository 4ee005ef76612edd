import { createVirtualTabs } from '@forage-session/core/testing'

import type { PeerAdapter } from '../peers/peer.ts'
import { createWorld, type World } from '../world/world.ts'
import { passUntil } from './drive.ts'
import type { Probe, Stage } from './probe.ts'
import { probes } from './probes.ts'

/** The cells of one column, by row ID. */
export type Cells = Readonly<Record<string, number>>

export interface RunOptions {
  readonly adapter: PeerAdapter
  readonly seed?: number
  /** Called with each new world before anything happens in it. */
  readonly onWorld?: (world: World) => void
}

/** Runs every probe that the token manager supports. */
export async function runProbes(options: RunOptions): Promise<Cells> {
  const cells: Record<string, number> = {}
  for (const probe of probes) Object.assign(cells, await runProbe(probe, options))
  return cells
}

/** Returns no cells if the token manager lacks the member that the probe uses. */
async function runProbe(probe: Probe, { adapter, seed, onWorld }: RunOptions): Promise<Cells> {
  if ((probe.tabs ?? 1) > 1 && adapter.sharesTabs !== true) return {}
  let isMissing = false
  const stage: Stage = async (given, tabCount = 1) => {
    const world = createWorld({ ...given, ...(seed === undefined ? {} : { seed }) })
    onWorld?.(world)
    const tabs = tabCount === 1 ? [undefined] : createVirtualTabs(tabCount, world)
    const peers = await passUntil(
      world.clock,
      Promise.all(tabs.map(async (tab) => await adapter.create(world, tab))),
    )
    isMissing = peers.some((peer) => peer[probe.uses] === undefined)
    return { world, peers: isMissing ? [] : peers }
  }
  const cells = await probe.run(stage)
  return isMissing ? {} : cells
}
