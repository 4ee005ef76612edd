import type { SessionClock } from './session-clock.ts'
import type { TabChannel } from './tab-channel.ts'
import { readTabMessage, type TabFailure, type TabMessage, type TokenOffer } from './tab-message.ts'

/** Tabs of one checkout share one token. It saves token requests; it never breaks a caller. */
export interface TabSharing<Found> {
  /** Hears what other tabs ask for. Without a channel nothing is shared. */
  open(): void
  /**
   * What other tabs have to give, if anything: a token, or a failure to respect. Before a token request: at most
   * 50 ms alone, and 1.05 s behind a tab that does not answer.
   */
  seek(): Promise<Found | undefined>
  /** This tab got a token. */
  offer(offer: TokenOffer): void
  /** This tab's request failed; null: terminally, which is nobody else's concern. */
  fail(failure: TabFailure | null): void
  /** The customer signed out: everywhere. */
  clear(): void
  close(): void
}

export interface TabSharingContext<Found> {
  readonly clock: SessionClock
  readonly random: () => number
  readonly openChannel: () => TabChannel | undefined
  /** What to offer to a tab that asks. */
  readonly currentOffer: () => TokenOffer | undefined
  /** Takes the offer, if it is worth it; undefined if whoever seeks is not served by it. */
  readonly take: (offer: TokenOffer) => Found | undefined
  /** Takes notice of another tab's failure. */
  readonly onFailure: (failure: TabFailure) => Found
  readonly onClear: () => void
}

const offerWithinMs = 50
const leaderWithinMs = 1000
/** Between these, a late timer tells of a busy machine; beyond, of a throttled page or a sleep. */
const busyMs = { from: 10, to: 500 }

interface Claim {
  readonly at: number
  readonly fetching: boolean
}

/** One call that waits for other tabs. */
interface Search<Found> {
  readonly startedAt: number
  readonly claims: Map<string, Claim>
  /** Only what is heard until the decision counts: a latecomer hears of us, and waits. */
  isListening: boolean
  readonly settle: (found: Found | undefined) => void
  timer: unknown
}

/** Tells the sessions of one page apart. */
let count = 0

export function createTabSharing<Found>(context: TabSharingContext<Found>): TabSharing<Found> {
  const { clock } = context
  const id = `${context.random().toString(36).slice(2)}-${(count += 1)}`
  let channel: TabChannel | undefined
  let search: Search<Found> | undefined
  let isFetching = false

  function open(): TabChannel | undefined {
    if (channel) return channel
    try {
      channel = context.openChannel()
      channel?.onMessage((value) => {
        const message = readTabMessage(value)
        if (message && message.id !== id) hear(message)
      })
    } catch {
      // An opaque origin, or a policy of the page: unshared.
    }
    return channel
  }

  function post(
    message: TabMessage extends infer M ? (M extends unknown ? Omit<M, 'id'> : never) : never,
  ): void {
    try {
      channel?.postMessage({ id, ...message })
    } catch {
      // Closed under our hands: unshared.
    }
  }

  function seek(): Promise<Found | undefined> {
    if (!open()) return Promise.resolve(undefined)
    return new Promise((settle) => {
      const current: Search<Found> = {
        startedAt: clock.monotonic(),
        claims: new Map(),
        isListening: true,
        settle,
        timer: clock.setTimeout(() => listened(current), offerWithinMs),
      }
      search = current
      post({ type: 'claim', fetching: false })
      post({ type: 'ask' })
    })
  }

  /** What held up the timer held up the messages, too: they get as long again. */
  function listened(current: Search<Found>): void {
    const lateMs = clock.monotonic() - current.startedAt - offerWithinMs
    const isBusy = lateMs >= busyMs.from && lateMs < busyMs.to
    if (isBusy) current.timer = clock.setTimeout(() => decide(current), offerWithinMs)
    else decide(current)
  }

  function decide(current: Search<Found>): void {
    current.isListening = false
    goOn(current)
  }

  /** Waits on, or goes ahead alone. */
  function goOn(current: Search<Found>): void {
    clock.clearTimeout(current.timer)
    const now = clock.monotonic()
    const until = waitUntil(id, current.claims)
    if (until === undefined || until <= now) return end(undefined)
    current.timer = clock.setTimeout(() => goOn(current), until - now)
  }

  function end(found: Found | undefined): void {
    if (!search) return
    clock.clearTimeout(search.timer)
    isFetching = found === undefined
    if (isFetching) post({ type: 'claim', fetching: true })
    const { settle } = search
    search = undefined
    settle(found)
  }

  function hear(message: TabMessage): void {
    switch (message.type) {
      case 'ask':
        return answer()
      case 'claim':
        return hearClaim(message.id, message.fetching)
      case 'offer': {
        const taken = context.take(message)
        return taken && end(taken)
      }
      case 'failed':
        return end(context.onFailure(message))
      case 'gone':
        return hearGone(message.id)
      case 'clear':
        return context.onClear()
    }
  }

  function answer(): void {
    const offer = context.currentOffer()
    if (offer) post({ type: 'offer', ...offer })
  }

  function hearClaim(other: string, fetching: boolean): void {
    const isNew = !search?.claims.has(other)
    if (search?.isListening) search.claims.set(other, { at: clock.monotonic(), fetching })
    if (!isFetching && !(search && isNew && id < other)) return
    if (!fetching) post({ type: 'claim', fetching: isFetching })
  }

  function hearGone(other: string): void {
    if (search?.claims.delete(other) && !search.isListening) goOn(search)
  }

  return {
    open: () => void open(),
    seek,
    offer(offer) {
      isFetching = false
      if (open()) post({ type: 'offer', ...offer })
    },
    fail(failure) {
      isFetching = false
      post(failure ? { type: 'failed', ...failure } : { type: 'gone' })
    },
    clear() {
      isFetching = false
      post({ type: 'clear' })
    },
    close() {
      if (search || isFetching) post({ type: 'gone' })
      channel?.close()
      channel = undefined
      end(undefined)
      isFetching = false
    },
  }
}

/** Until when to wait for other tabs; undefined: it is ours to fetch. */
function waitUntil(own: string, claims: ReadonlyMap<string, Claim>): number | undefined {
  const others = [...claims].map(([id, claim]) => ({ id, ...claim }))
  const leader =
    others.find(({ fetching }) => fetching) ??
    others.find(({ id }) => others.every((other) => id <= other.id))
  if (!leader || (!leader.fetching && own < leader.id)) return undefined
  return leader.at + leaderWithinMs
}
