import type { ForageSession } from '@forage-session/core'

import { followLatest } from '../shared/latest-options.ts'

export interface MountableSession {
  /** The same object as long as the provider exists, even if it unmounts and mounts again (Activity). */
  readonly session: ForageSession
  /** While false, no hook requests a token automatically. */
  isMounted: () => boolean
  /**
   * A layout effect. It prepares the session and then calls the subscribers. The function that it returns closes
   * the session one task later, unless the component is mounted again.
   */
  mount: () => () => void
}

/** A subscription that moves to the next session after the first one was closed. */
interface Subscription {
  attach(session: ForageSession): () => void
  detach(): void
  /** Before the mount no hook could request a token, so each has to check again. */
  onMount: (() => void) | undefined
}

/**
 * Creates a session that a component can own. StrictMode and Activity unmount a component and mount it again with
 * the same state, but a closed session stays closed. So the returned object stays, and the session behind it is
 * replaced.
 */
export function mountableSession(
  create: () => ForageSession,
  prepare: (session: ForageSession) => void,
): MountableSession {
  const subscriptions = new Set<Subscription>()
  let current = create()
  let mounts = 0
  let isReleased = false

  const reopen = (): void => {
    isReleased = false
    current = create()
    for (const subscription of subscriptions) {
      subscription.detach()
      subscription.detach = subscription.attach(current)
    }
  }

  const follow = (attach: Subscription['attach'], onMount?: () => void): (() => void) => {
    const subscription: Subscription = { attach, detach: attach(current), onMount }
    subscriptions.add(subscription)
    return () => {
      subscriptions.delete(subscription)
      subscription.detach()
    }
  }

  const closeUnlessMounted = (): void => {
    if (mounts > 0 || isReleased) return
    isReleased = true
    current.close()
  }

  return {
    session: {
      ...followLatest(current, () => current),
      get checkoutId(): string | undefined {
        return current.checkoutId
      },
      subscribe: (listener) => follow((session) => session.subscribe(listener), listener),
      on: (listener) => follow((session) => session.on(listener)),
    },
    isMounted: () => mounts > 0,
    mount: () => {
      mounts += 1
      if (isReleased) reopen()
      prepare(current)
      for (const { onMount } of new Set(subscriptions)) onMount?.()
      return () => {
        mounts -= 1
        setTimeout(closeUnlessMounted, 0)
      }
    },
  }
}
