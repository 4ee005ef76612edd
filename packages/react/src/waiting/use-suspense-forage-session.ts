import type { ForageSession } from '@forage-session/core'

import { useSessionStatus } from '../hooks/use-session-status.ts'
import { useCheckoutId, useSessionScope, type SessionScope } from '../provider/session-context.ts'
import { awaitChance, finalError, tokenNeed } from './next-chance.ts'

/**
 * Returns the session once a token of this checkout has been usable; `clear()` ends a checkout as well. Until then it requests the token and suspends,
 * also while a failed request is repeated. Throws a final failure to the error boundary; to recover, call
 * `session.retry()` and then reset the boundary.
 *
 * Place `<Suspense>` below the provider, or give the provider a session that was created outside React: React
 * discards a provider that suspends together with the session it created. On a server the hook throws, so that
 * React sends the fallback and the browser renders the component.
 *
 * @example
 * ```tsx
 * import { useSuspenseForageSession } from '@forage-session/react'
 *
 * export function RenewButton() {
 *   const session = useSuspenseForageSession()
 *   return <button onClick={() => void session.renew()}>Renew</button>
 * }
 * ```
 */
export function useSuspenseForageSession(): ForageSession {
  if (typeof window === 'undefined') throw new Error(onServer)
  const scope = useSessionScope()
  const { session } = scope
  const need = useSessionStatus(tokenNeed)
  useCheckoutId(session)
  const failure = finalError(need)
  if (failure) throw failure
  const first = firstTokenOf(scope)
  first.hasArrived ||= need.status === 'usable'
  // React 18 has no `use`; React 19 accepts a thrown promise as well.
  // oxlint-disable-next-line typescript/only-throw-error
  if (!first.hasArrived) throw requestFirstToken(first, scope)
  return session
}

const onServer = 'A session token can only be requested in the browser. Wrap the component in <Suspense>.'

interface FirstToken {
  /** The checkout. `clear()` ends a checkout as well. */
  readonly key: string
  hasArrived?: boolean
  nextRender?: Promise<void> | undefined
}

/** Outside React, which forgets the state of a first render that suspends and would start a new wait each time. */
const firstTokens = new WeakMap<ForageSession, FirstToken>()

/** Returns the record of the first token of the session's current checkout. */
function firstTokenOf({ session, clears }: SessionScope): FirstToken {
  const key = `${clears} ${session.checkoutId}`
  let first = firstTokens.get(session)
  if (first?.key !== key) firstTokens.set(session, (first = { key }))
  return first
}

/** Requests the token. Returns the promise on which all suspended components wait. */
function requestFirstToken(
  first: FirstToken,
  { session, clock, enabled, isMounted }: SessionScope,
): Promise<void> {
  first.nextRender ??= nextRender(session, clock).finally(() => (first.nextRender = undefined))
  const request = (): void => {
    if (isMounted()) session.getToken().catch(() => {})
  }
  // After the render that suspends: a state change during it would render other components.
  if (enabled) queueMicrotask(request)
  return first.nextRender
}

/**
 * Resolves when a render would have another result: a usable token, a final failure, another checkout, a mount, or
 * the time of the next request. The render makes that request, so a component that is gone causes no request.
 */
function nextRender(session: ForageSession, clock: SessionScope['clock']): Promise<void> {
  return new Promise((resolve) => {
    let stopWaiting = (): void => {}
    const render = (): void => {
      stopWaiting()
      unsubscribe()
      resolve()
    }
    const onChange = (): void => {
      stopWaiting()
      const need = tokenNeed(session.getSnapshot())
      if (need.status === 'fetching' || need.status === 'closed') return
      if (need.status !== 'failed' || need.retryAt === null) render()
      else stopWaiting = awaitChance({ clock, retryAt: need.retryAt, wakeUps: [] }, render)
    }
    const unsubscribe = session.subscribe(onChange)
    if (session.getSnapshot().status === 'failed') onChange()
  })
}
