import type { SessionClock } from '../shared/session-clock.ts'
import type { TabChannel } from './tab-channel.ts'
import {
  readTabMessage,
  type TabFailure,
  type TabMessage,
  type TabStatement,
  type TokenOffer,
} from './tab-message.ts'

/** Tabs of one checkout share one token. It saves token requests; it never breaks a caller. */
export interface TabSharing<Found> {
  /** Hears what other tabs ask for. Without a channel nothing is shared. */
  open(): void
  /**
   * What other tabs have to give, if anything: a token, or a failure to respect. Before a token request: at most
   * 50 ms alone, and 1.05 s behind a tab that does not answer.
   */
  seek(): Promise<Found | undefined>
  /** How this tab's request ended, or that the customer signed out: everywhere. */
  tell(statement: TabStatement): void
  /** What is sought or fetched is wanted no more: nobody waits for it. */
  stop(): void
  /** Stops, and hears nothing from now on. */
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

/** Tells the sessions of one page apart. */
let count = 0

export function createTabSharing<Found>(context: TabSharingContext<Found>): TabSharing<Found> {
  const { clock } = context
  const id = `${context.random().toString(36).slice(2)}-${(count += 1)}`
  const claims = new Map<string, Claim>()
  let channel: TabChannel | undefined
  /** Ends the waiting of the one call that seeks. */
  let settle: ((found: Found | undefined) => void) | undefined
  let timer: unknown
  /** Only what is heard until the decision counts: a latecomer hears of us, and waits. */
  let isListening = false
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

  function post(statement: TabStatement): void {
    try {
      channel?.postMessage({ id, ...statement })
    } catch {
      // Closed under our hands: unshared.
    }
  }

  async function seek(): Promise<Found | undefined> {
    if (!open()) return undefined
    const startedAt = clock.monotonic()
    const found = new Promise<Found | undefined>((resolve) => (settle = resolve))
    claims.clear()
    isListening = true
    timer = clock.setTimeout(() => listened(startedAt), offerWithinMs)
    post({ type: 'claim', fetching: false })
    post({ type: 'ask' })
    return await found
  }

  /** What held up the timer held up the messages, too: they get as long again. */
  function listened(startedAt: number): void {
    const lateMs = clock.monotonic() - startedAt - offerWithinMs
    const isBusy = lateMs >= busyMs.from && lateMs < busyMs.to
    if (isBusy) timer = clock.setTimeout(decide, offerWithinMs)
    else decide()
  }

  function decide(): void {
    isListening = false
    goOn()
  }

  /** Waits on, or goes ahead alone. */
  function goOn(): void {
    clock.clearTimeout(timer)
    const waitMs = waitUntil(id, claims) - clock.monotonic()
    if (waitMs > 0) timer = clock.setTimeout(goOn, waitMs)
    else end(undefined)
  }

  function end(found: Found | undefined): void {
    if (!settle) return
    clock.clearTimeout(timer)
    isFetching = !found
    if (isFetching) post({ type: 'claim', fetching: true })
    settle(found)
    settle = undefined
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
        if (claims.delete(message.id) && settle && !isListening) goOn()
        return
      case 'clear':
        return context.onClear()
    }
  }

  function answer(): void {
    const offer = context.currentOffer()
    if (offer) post({ type: 'offer', ...offer })
  }

  function hearClaim(other: string, fetching: boolean): void {
    const answers = isFetching || (settle && !claims.has(other) && id < other)
    if (isListening) claims.set(other, { at: clock.monotonic(), fetching })
    if (answers && !fetching) post({ type: 'claim', fetching: isFetching })
  }

  function tell(statement: TabStatement): void {
    isFetching = false
    post(statement)
  }

  function stop(): void {
    end(undefined)
    if (isFetching) tell({ type: 'gone' })
  }

  return {
    open: () => void open(),
    seek,
    tell,
    stop,
    close() {
      stop()
      channel?.close()
      channel = undefined
    },
  }
}

/** Until when to wait for other tabs: for who fetches already, else for the lowest id. */
function waitUntil(own: string, claims: ReadonlyMap<string, Claim>): number {
  const others = [...claims]
  const isLowest = (id: string): boolean => id < own && others.every(([other]) => id <= other)
  const leader = others.find(([, { fetching }]) => fetching) ?? others.find(([id]) => isLowest(id))
  return leader ? leader[1].at + leaderWithinMs : 0
}
