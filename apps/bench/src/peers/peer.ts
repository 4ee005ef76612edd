import type { VirtualTab } from '@forage-session/core/testing'

import type { World } from '../world/world.ts'

/** A token manager in a world. A member is missing if the manager does not offer it. */
export interface Peer {
  /** Returns a token to send now. */
  get?(): Promise<string>
  /** Sends a request with a token and lets the manager handle a 401. Returns the status that its caller sees. */
  fetch?(url: string): Promise<number>
  /** Returns how often the manager warned about a token with too short a lifetime. */
  warnings?(): number
}

/** Sets up one token manager as its own documentation says, with only a token source. */
export interface PeerAdapter {
  /** The name in the table. */
  readonly name: string
  /** The packages of the manager. A note below the table lists their versions. */
  readonly packages: readonly string[]
  /** Whether the manager shares a token with the other tabs of the same world. */
  readonly sharesTabs?: boolean
  /** Whether the manager gives its token only to its own requests, so that `get` also sends a request. */
  readonly getSends?: boolean
  create(world: World, tab?: VirtualTab): Promise<Peer>
}
