import type { SessionClock } from '../shared/session-clock.ts'
import type { TabStatement } from './tab-message.ts'

/** The search of one session among the other tabs, before its own token request. */
export interface TabSearch<Found> {
  /**
   * Searches until `end`, or until this tab has to fetch a token itself. If `isShared` finds no other tab, that is
   * at once.
   */
  start(isShared: () => Promise<boolean> | undefined): Promise<Found | undefined>
  /** Ends the search, if one is in progress. Without a result this tab fetches. */
  end(found?: Found): void
  /** This tab no longer fetches. */
  endFetching(): void
  /** Ends the search or the fetching, so that no other tab waits for this one. */
  stop(): void
  /** Another tab is ready to fetch, or fetches already. The tab whose id is lower goes first. */
  onClaim(other: string, isLower: boolean, fetching: boolean): void
  /** Another tab no longer fetches. */
  onGone(other: string): void
}

const offerWithinMs = 50
const answerWithinMs = 1000

/** Creates the search of one session. */
export function createTabSearch<Found>(
  clock: SessionClock,
  post: (statement: TabStatement) => void,
): TabSearch<Found> {
  /** When the tabs that go before this one made their claims; -Infinity for a tab that goes after it. */
  const claims = new Map<string, number>()
  let resolve: ((found?: Found) => void) | undefined
  let timer: unknown
  /** Only claims from before the decision count: a tab that comes later hears this tab's claim and waits. */
  let isListening = false
  let isFetching = false

  function waitForOthers(): void {
    isListening = false
    clock.clearTimeout(timer)
    const waitMs = Math.max(...claims.values()) + answerWithinMs - clock.monotonic()
    if (waitMs > 0) timer = clock.setTimeout(waitForOthers, waitMs)
    else end()
  }

  function end(found?: Found): void {
    if (!resolve) return
    clock.clearTimeout(timer)
    isFetching = !found
    if (isFetching) post({ type: 'claim', fetching: true })
    resolve(found)
    resolve = undefined
  }

  return {
    start(isShared) {
      let own: typeof resolve
      const found = new Promise<Found | undefined>((fulfill) => (own = resolve = fulfill))
      claims.clear()
      isListening = true
      timer = clock.setTimeout(() => {
        // On a busy machine this timer may come before the messages that came before it.
        timer = clock.setTimeout(waitForOthers, 0)
      }, offerWithinMs)
      post({ type: 'claim', fetching: false })
      post({ type: 'ask' })
      const endIfAlone = async (): Promise<void> => {
        const shared = await isShared()
        // A tab that was heard counts even if it has no lock.
        if (shared === false && resolve === own && claims.size === 0) end()
      }
      // The wait above continues meanwhile: the lock may fail, or never be granted.
      endIfAlone().catch(() => {})
      return found
    },
    end,
    endFetching: () => void (isFetching = false),
    stop() {
      end()
      if (isFetching) post({ type: 'gone' })
      isFetching = false
    },
    onClaim(other, isLower, fetching) {
      const answers = isFetching || (resolve && !isLower && !claims.has(other))
      if (isListening) claims.set(other, isLower || fetching ? clock.monotonic() : -Infinity)
      if (answers && !fetching) post({ type: 'claim', fetching: isFetching })
    },
    onGone(other) {
      if (claims.delete(other) && resolve && !isListening) waitForOthers()
    },
  }
}
