import type { Peer } from '../peers/peer.ts'
import type { World, WorldOptions } from '../world/world.ts'

export interface ProbeRow {
  readonly id: string
  readonly what: string
  readonly unit: string
  /** The highest value that meets the target. */
  readonly target: number
}

export interface Scene {
  readonly world: World
  readonly peers: readonly Peer[]
}

/** Sets up a world with the token manager in each of its tabs. */
export type Stage = (options?: WorldOptions, tabs?: number) => Promise<Scene>

/** One question about a token manager. It is answered in a new world. */
export interface Probe {
  readonly rows: readonly ProbeRow[]
  /** The member of a peer that the probe uses. A peer without this member gets no cell. */
  readonly uses: 'get' | 'fetch' | 'warnings'
  /** The number of tabs. More than one tab needs a manager that shares between tabs. Default: 1. */
  readonly tabs?: number
  /** Returns a number for each row, by the row's id. */
  run(stage: Stage): Promise<Record<string, number>>
}
