import type { Peer } from '../peers/peer.ts'
import type { World, WorldOptions } from '../world/world.ts'

export interface ProbeRow {
  readonly id: string
  readonly what: string
  readonly unit: string
  /** At most this. */
  readonly target: number
}

export interface Scene {
  readonly world: World
  readonly peers: readonly Peer[]
}

/** Sets up a world with the token manager in it, in each of so many tabs. */
export type Stage = (options?: WorldOptions, tabs?: number) => Promise<Scene>

/** One question about a token manager, asked in a world of its own. */
export interface Probe {
  readonly rows: readonly ProbeRow[]
  /** What of a peer it uses: a peer without it has no cell. */
  readonly uses: 'get' | 'fetch' | 'warnings'
  /** More than one: only for those that share between tabs. */
  readonly tabs?: number
  /** A number for each row, by its id. */
  run(stage: Stage): Promise<Record<string, number>>
}
