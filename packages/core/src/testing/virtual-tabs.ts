import type { SessionClock } from '../shared/session-clock.ts'
import type { PageLifecycle, PageLifecycleEvent } from '../state/page-lifecycle.ts'
import type { TabChannel } from '../tabs/tab-channel.ts'
import type { TabPresence } from '../tabs/tab-presence.ts'
import type { VirtualClock } from './virtual-clock.ts'

/** One simulated tab of a browser. */
export interface VirtualTab {
  /** The lifecycle for the session's `platform`. `emit` sends it an event of the page. */
  readonly lifecycle: PageLifecycle & { emit(event: PageLifecycleEvent): void }
  /** The `openChannel` for the session's `platform`. */
  readonly openChannel: (name: string) => TabChannel
  /** The `openPresence` for the session's `platform`. */
  readonly openPresence: (name: string) => TabPresence
  /** The shared clock with this tab's own timers: they are frozen, throttled and closed with the tab. */
  readonly clock: SessionClock
  /** Runs timers only when `monotonic()` is a multiple of `everyMs`, as in a hidden page; 0 ends it. */
  throttle(everyMs: number): void
  /** Holds back messages and the timers of `clock` until `resume()`. */
  freeze(): void
  /** Ends `freeze()`. */
  resume(): void
  /** Follows a link: the page stays, frozen, in the back/forward cache. */
  navigateAway(): void
  /** Goes back: the page continues where it was. */
  navigateBack(): void
  /** Closes the tab without any event. */
  close(): void
}

type Listener = (message: unknown) => void

interface Channel {
  readonly name: string
  readonly tab: object
  readonly deliver: Listener
}

interface Lock {
  readonly name: string
  readonly tab: object
}

/** The open channels and the held locks of all tabs. */
interface Shared {
  readonly clock: VirtualClock
  readonly channels: Set<Channel>
  readonly locks: Set<Lock>
}

/**
 * Creates the tabs of one browser. A tab receives the messages of the others, unless it is frozen, and sees which
 * of them are present.
 *
 * @example
 * ```ts
 * import { createForageSession, type TokenSource } from '@forage-session/core'
 * import { createVirtualClock, createVirtualTabs } from '@forage-session/core/testing'
 *
 * declare const tokenSource: TokenSource
 *
 * const tabs = createVirtualTabs(2, { clock: createVirtualClock() })
 * const sessions = tabs.map(({ clock, lifecycle, openChannel, openPresence }) => {
 *   const platform = { clock, lifecycle, openChannel, openPresence }
 *   return createForageSession({ tokenSource, checkoutId: 'cart-42', platform })
 * })
 * ```
 */
export function createVirtualTabs(count: number, { clock }: { clock: VirtualClock }): VirtualTab[] {
  const shared: Shared = { clock, channels: new Set(), locks: new Set() }
  return Array.from({ length: count }, () => createTab(shared))
}

function createTab(shared: Shared): VirtualTab {
  const { clock } = shared
  const { lifecycle, emit } = createLifecycle()
  const tasks = createTaskQueue()
  let everyMs = 0
  const tab: VirtualTab = {
    lifecycle: { ...lifecycle, emit },
    openChannel: (name) => openChannel(shared, { name, tab, inTime: tasks.add }),
    openPresence: (name) => openPresence(shared, { name, tab, inTime: tasks.add }),
    clock: clockOfTab(clock, tasks.add, () => everyMs),
    throttle: (ms) => void (everyMs = ms),
    freeze() {
      emit('freeze')
      tasks.pause()
    },
    resume() {
      emit('resume')
      tasks.resume()
    },
    // The order of the HTML standard: "unload a document" and "reactivate a document".
    navigateAway() {
      emit('pagehide')
      emit('hidden')
      tab.freeze()
    },
    navigateBack() {
      emit('resume')
      emit('visible')
      emit('pageshow')
      tasks.resume()
    },
    close() {
      tasks.end()
      for (const opened of [shared.channels, shared.locks] as Set<Lock>[]) {
        for (const own of opened) if (own.tab === tab) opened.delete(own)
      }
    },
  }
  return tab
}

interface TaskQueue {
  add(run: () => void): void
  pause(): void
  resume(): void
  end(): void
}

/** Runs a page's tasks at once, or after a pause, or never. */
function createTaskQueue(): TaskQueue {
  let state: 'running' | 'paused' | 'ended' = 'running'
  let waiting: (() => void)[] = []
  const add = (run: () => void): void => {
    if (state === 'paused') waiting.push(run)
    else if (state === 'running') run()
  }
  return {
    add,
    pause: () => void (state = 'paused'),
    resume() {
      state = 'running'
      for (const run of waiting.splice(0)) add(run)
    },
    end() {
      state = 'ended'
      waiting = []
    },
  }
}

function createLifecycle(): { lifecycle: PageLifecycle; emit(event: PageLifecycleEvent): void } {
  const listeners = new Set<(event: PageLifecycleEvent) => void>()
  const state = { visible: true, online: true }
  const lifecycle: PageLifecycle = {
    visible: () => state.visible,
    online: () => state.online,
    subscribe(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
  }
  const emit = (event: PageLifecycleEvent): void => {
    if (event === 'visible' || event === 'hidden') state.visible = event === 'visible'
    if (event === 'online' || event === 'offline') state.online = event === 'online'
    for (const listener of listeners) listener(event)
  }
  return { lifecycle, emit }
}

interface Timer {
  id: unknown
  isSet: boolean
}

function clockOfTab(clock: VirtualClock, inTime: TaskQueue['add'], everyMs: () => number): SessionClock {
  const start = (timer: Timer, run: () => void, ms: number): void => {
    timer.id = clock.setTimeout(() => {
      const lateMs = untilMultiple(clock.monotonic(), everyMs())
      if (lateMs > 0) start(timer, run, lateMs)
      else inTime(() => timer.isSet && run())
    }, ms)
  }
  return {
    now: clock.now,
    monotonic: clock.monotonic,
    setTimeout(run, ms) {
      const timer: Timer = { id: undefined, isSet: true }
      start(timer, run, ms)
      return timer
    },
    clearTimeout(handle) {
      if (handle === undefined) return
      const timer = handle as Timer
      timer.isSet = false
      clock.clearTimeout(timer.id)
    },
  }
}

function untilMultiple(now: number, everyMs: number): number {
  return everyMs > 0 ? (everyMs - (now % everyMs)) % everyMs : 0
}

interface Opening {
  readonly name: string
  readonly tab: object
  readonly inTime: TaskQueue['add']
}

/** Works like a BroadcastChannel: the others of its name get a structured clone, a task later. */
function openChannel({ clock, channels }: Shared, { name, tab, inTime }: Opening): TabChannel {
  let listen: Listener = () => {}
  const own: Channel = {
    name,
    tab,
    deliver: (message) => inTime(() => channels.has(own) && listen(message)),
  }
  channels.add(own)
  return {
    postMessage(message) {
      if (!channels.has(own)) throw new DOMException('The channel is closed.', 'InvalidStateError')
      const others = [...channels].filter((other) => other !== own && other.name === name)
      for (const { deliver } of others) {
        const copy: unknown = structuredClone(message)
        clock.setTimeout(() => deliver(copy), 0)
      }
    },
    onMessage: (listener) => void (listen = listener),
    close: () => void channels.delete(own),
  }
}

/** Works like a Web Lock in `shared` mode, which is granted at once; the answer comes a task later. */
function openPresence({ clock, locks }: Shared, { name, tab, inTime }: Opening): TabPresence {
  const own: Lock = { name, tab }
  locks.add(own)
  const isShared = (): boolean => [...locks].some((other) => other !== own && other.name === name)
  return {
    isShared: () =>
      new Promise((resolve) => {
        clock.setTimeout(() => inTime(() => resolve(isShared())), 0)
      }),
    release: () => void locks.delete(own),
  }
}
