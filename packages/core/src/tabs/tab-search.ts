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
  end(found: Found | undefined): void
  /** This tab no longer fetches. */
  endFetching(): void
  /** Ends the search or the fetching, so that no other tab waits for this one. */
  stop(): void
  /** Another tab is ready to fetch, or fetches already. */
  onClaim(other: string, fetching: boolean): void
  /** Another tab no longer fetches. */
  onGone(other: string): void
}

interface Claim {
  readonly at: number
  readonly fetching: boolean
}

/** Creates the search of the session whose own id is `id`. */
export function createTabSearch<Found>(
  id: string,
  clock: SessionClock,
  post: (statement: TabStatement) => void,
): TabSearch<Found> {
  const offerWithinMs = 50
  const claims = new Map<string, Claim>()
  let resolve: ((found: Found | undefined) => void) | undefined
  let timer: unknown
  /** Only claims from before the decision count: a tab that comes later hears this tab's claim and waits. */
  let isListening = false
  let isFetching = false

  function waitForLeader(): void {
    isListening = false
    clock.clearTimeout(timer)
    const waitMs = waitUntil(id, claims) - clock.monotonic()
    if (waitMs > 0) timer = clock.setTimeout(waitForLeader, waitMs)
    else end(undefined)
  }

  function end(found: Found | undefined): void {
    if (!resolve) return
    clock.clearTimeout(timer)
    isFetching = !found
    if (isFetching) post({ type: 'claim', fetching: true })
    resolve(found)
    resolve = undefined
  }

  return {
    start(isShared) {
      const startedAt = clock.monotonic()
      let own: typeof resolve
      const found = new Promise<Found | undefined>((fulfill) => (own = resolve = fulfill))
      claims.clear()
      isListening = true
      timer = clock.setTimeout(() => {
        // On a busy machine the messages were held up like the timer: they get the same time again.
        // A longer delay shows a throttled page or a sleep.
        const lateMs = clock.monotonic() - startedAt - offerWithinMs
        if (lateMs >= 10 && lateMs < 500) timer = clock.setTimeout(waitForLeader, offerWithinMs)
        else waitForLeader()
      }, offerWithinMs)
      post({ type: 'claim', fetching: false })
      post({ type: 'ask' })
      const endIfAlone = async (): Promise<void> => {
        const shared = await isShared()
        // A tab that was heard counts even if it has no lock.
        if (shared === false && resolve === own && claims.size === 0) end(undefined)
      }
      // The wait above continues meanwhile: the lock may fail, or never be granted.
      endIfAlone().catch(() => {})
      return found
    },
    end,
    endFetching: () => void (isFetching = false),
    stop() {
      end(undefined)
      if (isFetching) post({ type: 'gone' })
      isFetching = false
    },
    onClaim(other, fetching) {
      const answers = isFetching || (resolve && !claims.has(other) && id < other)
      if (isListening) claims.set(other, { at: clock.monotonic(), fetching })
      if (answers && !fetching) post({ type: 'claim', fetching: isFetching })
    },
    onGone(other) {
      if (claims.delete(other) && resolve && !isListening) waitForLeader()
    },
  }
}

/** Returns when to stop waiting for the tab that fetches, or else for the tab with the lowest id. */
function waitUntil(own: string, claims: ReadonlyMap<string, Claim>): number {
  const leaderWithinMs = 1000
  const others = [...claims]
  const isLowest = (id: string): boolean => id < own && others.every(([other]) => id <= other)
  const leader = others.find(([, { fetching }]) => fetching) ?? others.find(([id]) => isLowest(id))
  return leader ? leader[1].at + leaderWithinMs : 0
}
