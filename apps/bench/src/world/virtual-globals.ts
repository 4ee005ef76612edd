import type { World } from './world.ts'

type Run = (...args: unknown[]) => void

/**
 * Replaces the platform's clock, randomness and network with a world's, for code that does not take them as
 * arguments. Call it before you import that code, because the code may keep references to these functions.
 */
export function installVirtualGlobals(world: () => World): void {
  const PlatformDate = Date
  class VirtualDate extends PlatformDate {
    constructor(...parts: unknown[]) {
      super(...((parts.length === 0 ? [world().clock.now()] : parts) as [number]))
    }
    static override now(): number {
      return world().clock.now()
    }
  }
  Math.random = () => world().random()
  performance.now = () => world().clock.monotonic()
  Object.assign(globalThis, {
    Date: VirtualDate,
    fetch: (input: RequestInfo | URL, init?: RequestInit) => world().fetch(input, init),
    ...virtualTimers(world),
  })
  AbortSignal.timeout = (ms) => {
    const controller = new AbortController()
    const reason = new DOMException('The operation was aborted due to timeout', 'TimeoutError')
    setTimeout(() => controller.abort(reason), ms)
    return controller.signal
  }
}

/** The handle of a timer, in the shape of Node.js. */
interface Handle {
  pending: unknown
  readonly clock: World['clock']
  ref(): Handle
  unref(): Handle
}

function virtualTimers(world: () => World): object {
  const begin = (): Handle => {
    const handle: Handle = {
      pending: undefined,
      clock: world().clock,
      ref: () => handle,
      unref: () => handle,
    }
    return handle
  }
  const clear = (handle: Handle | undefined): void => handle?.clock?.clearTimeout(handle.pending)
  return {
    setTimeout(run: Run, ms = 0, ...args: unknown[]) {
      const handle = begin()
      handle.pending = handle.clock.setTimeout(() => run(...args), ms)
      return handle
    },
    setInterval(run: Run, ms = 0, ...args: unknown[]) {
      const handle = begin()
      const again = (): void => {
        handle.pending = handle.clock.setTimeout(again, Math.max(1, ms))
        run(...args)
      }
      handle.pending = handle.clock.setTimeout(again, Math.max(1, ms))
      return handle
    },
    clearTimeout: clear,
    clearInterval: clear,
  }
}
