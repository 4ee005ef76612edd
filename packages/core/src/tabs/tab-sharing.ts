import type { SessionClock } from '../shared/session-clock.ts'
import type { TabChannel } from './tab-channel.ts'
import { readTabMessage, type TabMessage, type TabStatement } from './tab-message.ts'
import type { TabPresence } from './tab-presence.ts'
import { createTabSearch } from './tab-search.ts'

/** A message that the session has to act on. */
export type TabNews = Extract<TabMessage, { type: 'ask' | 'offer' | 'failed' | 'clear' }>

/** The sharing of one token between the tabs of a checkout. It saves token requests and never fails a caller. */
export interface TabSharing<Found> {
  /** Starts to hear the other tabs. Without a channel nothing is shared. */
  open(): void
  /**
   * Searches the other tabs before a token request. Returns what `conclude` got, or undefined if this tab has to
   * fetch: at once if it is alone (after 50 ms without Web Locks), and after at most 1.05 s behind a tab that does
   * not answer.
   */
  seek(): Promise<Found | undefined>
  /** Ends the search, if one is in progress, with a token or with a failure to believe. */
  conclude(found: Found): void
  /** Posts this tab's token, how its token request ended, or that the customer signed out. */
  publish(statement: TabStatement): void
  /** Ends the search or the fetching, so that no other tab waits for it. */
  stop(): void
  /** Stops, and hears the other tabs no more. */
  close(): void
}

interface TabsContext {
  readonly clock: SessionClock
  readonly openChannel: (name: string) => TabChannel | undefined
  readonly openPresence: (name: string) => TabPresence | undefined
}

/** Creates the sharing of one session. `nameOf` returns the name of its channel; undefined if nothing is shared. */
export function createTabSharing<Found>(
  { clock, openChannel, openPresence }: TabsContext,
  nameOf: () => string | undefined,
  onMessage: (message: TabNews) => void,
): TabSharing<Found> {
  const search = createTabSearch<Found>(clock, post)
  let id = ''
  let channel: TabChannel | undefined
  let presence: TabPresence | undefined

  function open(): void {
    const name = nameOf()
    if (channel || name === undefined) return
    try {
      // No other page has it, not even one with the same seed for `Math.random`.
      id = crypto.getRandomValues(new Uint32Array(4)).join()
      channel = openChannel(name)
      channel?.onMessage(hear)
      // Before the first claim: a tab that hears no claim and finds no lock is alone.
      presence = channel && openPresence(name)
    } catch {
      // In an opaque origin, or against the page's policy: the session works unshared.
    }
  }

  function hear(value: unknown): void {
    const message = readTabMessage(value)
    if (!message || message.id === id) return
    if (message.type === 'claim') return search.onClaim(message.id, message.id < id, message.fetching)
    if (message.type !== 'gone') onMessage(message)
    // A failure that was believed has ended the search. Another one is the end of that tab's turn.
    if (message.type === 'gone' || message.type === 'failed') search.onGone(message.id)
  }

  function post(statement: TabStatement): void {
    try {
      channel?.postMessage({ id, ...statement })
    } catch {
      // The platform closed the channel: the session works unshared.
    }
  }

  return {
    open,
    seek: async () => (channel ? await search.start(() => presence?.isShared()) : undefined),
    conclude: search.end,
    publish(statement) {
      search.endFetching()
      post(statement)
    },
    stop: search.stop,
    close() {
      search.stop()
      channel?.close()
      presence?.release()
      channel = presence = undefined
    },
  }
}
