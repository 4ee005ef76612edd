import type { ForageSession, SessionState } from '@forage-session/core'

export interface MountableSession {
  /** The same object for as long as the provider lives, also over an unmount and a mount (Activity). */
  readonly session: ForageSession
  /**
   * A layout effect: the function it returns closes the session a task later, unless it is mounted again.
   * `prepare` runs before the listeners of `onMount`.
   */
  mount: (prepare?: () => void) => () => void
  /** Calls `run` now if it is mounted, and at each mount to come. Returns the function that unsubscribes. */
  onMount: (run: () => void) => () => void
}

/** A subscription that moves to the next session when one was closed and another is mounted. */
interface Subscription {
  attach(session: ForageSession): () => void
  detach(): void
}

/**
 * A session for a component to own. StrictMode and Activity unmount and mount again with the same state, and a
 * closed session stays closed: so the object that is given out stays, and the session behind it is replaced.
 */
export function mountableSession(create: () => ForageSession): MountableSession {
  const subscriptions = new Set<Subscription>()
  const mountListeners = new Set<() => void>()
  let current: ForageSession | undefined
  let mounts = 0
  let isReleased = false

  const open = (): ForageSession => {
    current = create()
    isReleased = false
    for (const subscription of subscriptions) {
      subscription.detach()
      subscription.detach = subscription.attach(current)
    }
    return current
  }
  const get = (): ForageSession => current ?? open()

  const follow = (attach: Subscription['attach']): (() => void) => {
    const subscription: Subscription = { attach, detach: attach(get()) }
    subscriptions.add(subscription)
    return () => {
      subscriptions.delete(subscription)
      subscription.detach()
    }
  }

  const closeUnlessMounted = (): void => {
    if (mounts > 0 || isReleased) return
    isReleased = true
    current?.close()
  }

  return {
    session: forward(get, follow),
    mount: (prepare) => {
      mounts += 1
      if (isReleased) open()
      prepare?.()
      for (const run of mountListeners) run()
      return () => {
        mounts -= 1
        setTimeout(closeUnlessMounted, 0)
      }
    },
    onMount(run) {
      mountListeners.add(run)
      if (mounts > 0) run()
      return () => mountListeners.delete(run)
    },
  }
}

function forward(
  get: () => ForageSession,
  follow: (attach: Subscription['attach']) => () => void,
): ForageSession {
  return {
    get apiUrl(): string | undefined {
      return get().apiUrl
    },
    get checkoutId(): string | undefined {
      return get().checkoutId
    },
    getToken: (options) => get().getToken(options),
    fetch: (input, init) => get().fetch(input, init),
    withToken: (run, options) => get().withToken(run, options),
    renew: () => get().renew(),
    getSnapshot: (): SessionState => get().getSnapshot(),
    subscribe: (listener) => follow((session) => session.subscribe(listener)),
    on: (listener) => follow((session) => session.on(listener)),
    prime: (response) => get().prime(response),
    setCheckout: (checkoutId) => get().setCheckout(checkoutId),
    clear: () => get().clear(),
    retry: () => get().retry(),
    close: () => get().close(),
  }
}
