import type { ForageSession } from '@forage-session/core'

import { followLatest } from '../shared/latest-options.ts'

export interface MountableSession {
  /** The same object for as long as the provider lives, also over an unmount and a mount (Activity). */
  readonly session: ForageSession
  /** Until then, nothing asks for a token by itself. */
  isMounted: () => boolean
  /**
   * A layout effect: the function it returns closes the session a task later, unless it is mounted again.
   * Prepares the session, and then tells the subscribers.
   */
  mount: () => () => void
}

/** A subscription that moves to the next session when one was closed and another is mounted. */
interface Subscription {
  attach(session: ForageSession): () => void
  detach(): void
  /** What was asked for before the mount was not done. */
  onMount: (() => void) | undefined
}

/**
 * A session for a component to own. StrictMode and Activity unmount and mount again with the same state, and a
 * closed session stays closed: so the object that is given out stays, and the session behind it is replaced.
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
      for (const { onMount } of subscriptions) onMount?.()
      return () => {
        mounts -= 1
        setTimeout(closeUnlessMounted, 0)
      }
    },
  }
}
