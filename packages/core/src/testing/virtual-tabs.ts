import type { PageLifecycle, PageLifecycleEvent } from '../page-lifecycle.ts'
import type { TabChannel } from '../tab-channel.ts'
import type { VirtualClock } from './virtual-clock.ts'

export interface VirtualTab {
  readonly lifecycle: PageLifecycle & { emit(event: PageLifecycleEvent): void }
  readonly openChannel: (name: string) => TabChannel
  /** What other tabs say waits until `resume()`. */
  freeze(): void
  resume(): void
  /** The tab is gone without a word. */
  close(): void
}

type Listener = (message: unknown) => void

/** Tabs of one browser: what one posts the others hear, each in its own time. */
export function createVirtualTabs(count: number, { clock }: { clock: VirtualClock }): VirtualTab[] {
  const channels = new Set<{ name: string; tab: number; deliver: Listener }>()
  const createTab = (tab: number): VirtualTab => {
    let isFrozen = false
    let isClosed = false
    let waiting: (() => void)[] = []
    const listeners = new Set<(event: PageLifecycleEvent) => void>()
    const state = { visible: true, online: true }
    const inTime = (run: () => void): void => {
      if (isFrozen) waiting.push(run)
      else if (!isClosed) run()
    }
    return {
      lifecycle: {
        visible: () => state.visible,
        online: () => state.online,
        subscribe(listener) {
          listeners.add(listener)
          return () => void listeners.delete(listener)
        },
        emit(event) {
          if (event === 'visible' || event === 'hidden') state.visible = event === 'visible'
          if (event === 'online' || event === 'offline') state.online = event === 'online'
          for (const listener of listeners) listener(event)
        },
      },
      openChannel(name) {
        let listen: Listener = () => {}
        const own = {
          name,
          tab,
          deliver: (message: unknown) => inTime(() => channels.has(own) && listen(message)),
        }
        channels.add(own)
        return {
          postMessage(message) {
            const others = [...channels].filter((other) => other !== own && other.name === name)
            if (isClosed) return
            for (const { deliver } of others) clock.setTimeout(() => deliver(structuredClone(message)), 0)
          },
          onMessage: (listener) => void (listen = listener),
          close: () => void channels.delete(own),
        }
      },
      freeze: () => void (isFrozen = true),
      resume() {
        isFrozen = false
        for (const run of waiting.splice(0)) inTime(run)
      },
      close() {
        isClosed = true
        waiting = []
        for (const channel of channels) if (channel.tab === tab) channels.delete(channel)
      },
    }
  }
  return Array.from({ length: count }, (_, tab) => createTab(tab))
}
