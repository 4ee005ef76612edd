import type { SessionClock } from '../shared/session-clock.ts'
import type { TabChannel } from './tab-channel.ts'
import { readTabMessage, type TabMessage, type TabStatement } from './tab-message.ts'
import { createTabSearch } from './tab-search.ts'

/** A message that the session has to act on. */
export type TabNews = Extract<TabMessage, { type: 'ask' | 'offer' | 'failed' | 'clear' }>

/** The sharing of one token between the tabs of a checkout. It saves token requests and never fails a caller. */
export interface TabSharing<Found> {
  /** Starts to hear the other tabs. Without a channel nothing is shared. */
  open(): void
  /**
   * Searches the other tabs before a token request. Returns what `conclude` got, or undefined if this tab has to
   * fetch: after at most 50 ms alone, and 1.05 s behind a tab that does not answer.
   */
  seek(): Promise<Found | undefined>
  /** Ends the search, if one is in progress, with a token or with a failure to respect. */
  conclude(found: Found): void
  /** Answers a tab that asks. */
  answer(statement: TabStatement): void
  /** Posts how this tab's token request ended, or that the customer signed out. */
  publish(statement: TabStatement): void
  /** Ends the search or the fetching, so that no other tab waits for it. */
  stop(): void
  /** Stops, and hears the other tabs no more. */
  close(): void
}

/** Tells the sessions of one page apart. */
let count = 0

/** Creates the sharing of one session. The channel is opened later. */
export function createTabSharing<Found>(
  { clock, random }: { readonly clock: SessionClock; readonly random: () => number },
  openChannel: () => TabChannel | undefined,
  onMessage: (message: TabNews) => void,
): TabSharing<Found> {
  const id = `${random().toString(36).slice(2)}-${(count += 1)}`
  const search = createTabSearch<Found>(id, clock, post)
  let channel: TabChannel | undefined

  function open(): void {
    if (channel) return
    try {
      channel = openChannel()
      channel?.onMessage(hear)
    } catch {
      // In an opaque origin, or against the page's policy: the session works unshared.
    }
  }

  function hear(value: unknown): void {
    const message = readTabMessage(value)
    if (!message || message.id === id) return
    if (message.type === 'claim') search.onClaim(message.id, message.fetching)
    else if (message.type === 'gone') search.onGone(message.id)
    else onMessage(message)
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
    async seek() {
      open()
      return channel && (await search.start())
    },
    conclude: search.end,
    answer: post,
    publish(statement) {
      search.endFetching()
      post(statement)
    },
    stop: search.stop,
    close() {
      search.stop()
      channel?.close()
      channel = undefined
    },
  }
}
