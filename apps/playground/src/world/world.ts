import {
  merchantEndpoint,
  type ForageSession,
  type SessionPlatform,
  type TokenSource,
} from '@forage-session/core'
import { createVirtualTabs } from '@forage-session/core/testing'
import { createEmulator, type Emulator } from '@forage-session/emulator'
import { createSessionFaults, type SessionFaults } from '@forage-session/react/devtools/production'

import { apiOrigin, cardRef, shopOrigin, tokenPath, vaultOrigin } from './addresses.ts'
import {
  addApiRequest,
  addEntry,
  addPress,
  addSessionEvent,
  emptyHistory,
  endPress,
  holdsToken,
  type Entry,
  type History,
} from './history.ts'
import { createMerchantBackend } from './merchant-backend.ts'
import { createNetwork, type Network } from './network.ts'
import type { Tally } from './tally.ts'
import { createWorldClock, type WorldClock } from './world-clock.ts'

/** Everything that a checkout needs, in one page: the Forage API, the merchant's backend, two tabs, and time. */
export interface World {
  readonly clock: WorldClock
  readonly emulator: Emulator
  readonly network: Network
  /** The faults of the devtools, and the token source and the `fetch` that they wrap. */
  readonly faults: SessionFaults
  readonly tokenSource: TokenSource
  readonly fetch: Network['fetch']
  /** The platforms of the customer's two tabs. */
  readonly tabs: readonly [Tab, Tab]
  /** Ready once the customer's card is stored and the backend has run for a while. */
  readonly ready: Promise<void>
  /** Returns the time since the world was ready, in ms. */
  elapsed(): number
  getHistory(): History
  subscribe(listener: () => void): () => void
  /** Follows a session's events, for the timeline. Returns the function that ends it. */
  follow(session: ForageSession, source: 'page' | 'second-tab'): () => void
  /** Notes that the reader pressed a button, and counts its effects until `endPress`. */
  press(words: string): void
  /** Returns what happened since `press`. Later events are not counted. */
  endPress(): Outcome
  note(entry: Omit<Entry, 'id' | 'at'>): void
}

/** What a press of a button led to. */
export interface Outcome extends Tally {
  /** Whether the session of the page holds a valid token at the end. */
  readonly holdsToken: boolean
}

export interface Tab {
  readonly platform: Partial<SessionPlatform>
  /** Shows the tab again after a sleep. */
  wake(): void
}

/** The backend's authentication token is no longer new: the server does not doubt a rejection of it. */
const warmUpMs = 10 * 60_000

/** Each world has its own client: the backends of one page share their memory, and its tokens belong to a client. */
let worlds = 0

/** Creates a world that begins at `startAt`, in ms since the epoch. */
export function createWorld(startAt: number): World {
  const clock = createWorldClock(startAt)
  const store = createHistoryStore()
  let beganAt = 0
  const at = (): number => clock.page.elapsed() - beganAt
  const emulator = createEmulator({
    clientId: `playground-${(worlds += 1)}`,
    clock: clock.servers,
    vaultUrl: vaultOrigin,
    onRequest: (request) => store.change((history) => addApiRequest(history, at(), request)),
  })
  const backend = createMerchantBackend({ clock: clock.servers, emulator })
  const network = createNetwork(clock.page, {
    [shopOrigin]: (request) => backend.answer(request),
    [apiOrigin]: (request) => emulator.fetch(request),
    [vaultOrigin]: (request) => emulator.fetch(request),
  })
  const faults = createSessionFaults({ clock: clock.page })
  const begin = async (): Promise<void> => {
    await emulator.control.keepCard(cardRef)
    await backend.warmUp()
    await clock.pass(warmUpMs)
    beganAt = clock.page.elapsed()
    store.change(() => emptyHistory)
  }
  const [first, second] = createVirtualTabs(2, { clock: clock.page }).map(tabOf)
  return {
    clock,
    emulator,
    network,
    faults,
    tokenSource: faults.tokenSource(merchantEndpoint(tokenPath, { fetch: network.fetch })),
    fetch: faults.fetch(network.fetch),
    elapsed: at,
    tabs: [first!, second!],
    ready: begin(),
    getHistory: store.get,
    subscribe: store.subscribe,
    follow: (session, source) =>
      session.on((event) => store.change((history) => addSessionEvent(history, at(), source, event))),
    press: (words) => store.change((history) => addPress(history, at(), words)),
    endPress() {
      store.change(endPress)
      const history = store.get()
      return { ...history.tally, holdsToken: holdsToken(history, at()) }
    },
    note: (entry) => store.change((history) => addEntry(history, { ...entry, at: at() })),
  }
}

type VirtualTab = ReturnType<typeof createVirtualTabs>[number]

function tabOf({ clock, lifecycle, openChannel, openPresence }: VirtualTab): Tab {
  return {
    platform: { clock, lifecycle, openChannel, openPresence },
    wake() {
      lifecycle.emit('hidden')
      lifecycle.emit('visible')
    },
  }
}

interface HistoryStore {
  get(): History
  change(by: (history: History) => History): void
  subscribe(listener: () => void): () => void
}

function createHistoryStore(): HistoryStore {
  const listeners = new Set<() => void>()
  let history = emptyHistory
  return {
    get: () => history,
    change(by) {
      history = by(history)
      for (const listener of listeners) listener()
    },
    subscribe(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
  }
}
