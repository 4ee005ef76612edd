/** Time as the session sees it: an argument, so that an hour can pass in a test in a millisecond. All in ms. */
export interface SessionClock {
  /** Wall time since the epoch, as `Date.now()`. It may step. */
  now(): number
  /** Time since the page started, as `performance.now()`. It never goes back, and may stand still in a sleep. */
  monotonic(): number
  /** Calls `run` once, `ms` from now, as the platform's. Returns what `clearTimeout` takes. */
  setTimeout(run: () => void, ms: number): unknown
  /** Takes a timer back. One that has run is ignored. */
  clearTimeout(handle: unknown): void
}

/** Not read when the module is loaded: a page may be rendered ahead of time. */
let firstReadAt: number | undefined

/** The platform's own clock. Where `performance` is missing, wall time since it was first asked. */
export const systemClock: SessionClock = {
  now: () => Date.now(),
  monotonic() {
    const { performance } = globalThis as { performance?: { now?(): number } }
    firstReadAt ??= Date.now()
    return performance?.now?.() ?? Date.now() - firstReadAt
  },
  setTimeout(run, ms) {
    const handle: unknown = setTimeout(run, ms)
    // Node.js would stay alive for it.
    ;(handle as { unref?: () => void }).unref?.()
    return handle
  },
  clearTimeout: (handle) => clearTimeout(handle as Parameters<typeof clearTimeout>[0]),
}
