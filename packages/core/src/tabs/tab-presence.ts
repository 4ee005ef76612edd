/** The presence of one tab: a lock that all tabs of a checkout hold together. A test replaces it to play several tabs. */
export interface TabPresence {
  /** Returns whether another tab is present or about to be. It may never settle: no session waits for it alone. */
  isShared(): Promise<boolean>
  /** Ends the presence. */
  release(): void
}

/** Matches Firefox and its relatives. */
const gecko = /Gecko\//

/**
 * Marks this tab as present with a Web Lock in `shared` mode, which delays no other tab. Returns undefined in a
 * runtime without Web Locks or without a page, and in Firefox: there, a lock that is held when the customer leaves
 * keeps the page out of the back/forward cache, even if the page releases it on `pagehide`.
 */
export function webLockPresence(name: string): TabPresence | undefined {
  const { locks, userAgent }: Partial<Navigator> = typeof location === 'undefined' ? {} : navigator
  if (!locks || gecko.test(userAgent!)) return undefined
  let onGranted!: () => void
  let release!: () => void
  const granted = new Promise<void>((resolve) => (onGranted = resolve))
  const released = new Promise<void>((resolve) => (release = resolve))
  const hold = (): Promise<void> => {
    onGranted()
    return released
  }
  // If the page may not use locks, `isShared` never settles.
  locks.request(name, { mode: 'shared' }, hold).catch(() => {})
  return {
    async isShared() {
      await granted
      const { held, pending } = await locks.query()
      // If even this tab's own lock is missing, the answer is worth nothing.
      return [...held!, ...pending!].filter((lock) => lock.name === name).length !== 1
    },
    release,
  }
}
