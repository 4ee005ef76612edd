import type { VirtualTab } from '@forage-session/core/testing'

import type { World } from '../world/world.ts'

/** A token manager in a world. */
export interface Peer {
  /** A token to send now. */
  get?(): Promise<string>
  /** A request that carries a token, and what the manager does on a 401: the status that its caller sees. */
  fetch?(url: string): Promise<number>
  /** How often it warned of a token that lives too short. */
  warnings?(): number
}

/** How one token manager is set up: as its own documentation says, with nothing but the token's source. */
export interface PeerAdapter {
  /** As in the table. */
  readonly name: string
  /** The packages it is made of; their versions go into the table. */
  readonly packages: readonly string[]
  /** Given a tab: shares with the other tabs of the same world. */
  readonly sharesTabs?: boolean
  /** Its tokens go only into its own requests, so that `get` sends one, too. */
  readonly getSends?: boolean
  create(world: World, tab?: VirtualTab): Promise<Peer>
}
