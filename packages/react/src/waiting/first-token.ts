import type { ForageSession } from '@forage-session/core'

import type { SessionScope } from '../provider/session-context.ts'
import { runAt } from '../shared/run-at.ts'
import { tokenNeed } from './token-need.ts'

interface FirstToken {
  readonly checkoutId: string | undefined
  hasCome?: boolean
  chance?: Promise<void> | undefined
}

/** Beside React, which forgets the state of a first render that suspends: it would wait anew at each try. */
const firstTokens = new WeakMap<ForageSession, FirstToken>()

/** What is known of the first token of the checkout that the session is in. */
export function firstTokenOf(session: ForageSession): FirstToken {
  const { checkoutId } = session
  let first = firstTokens.get(session)
  if (!first || first.checkoutId !== checkoutId) firstTokens.set(session, (first = { checkoutId }))
  return first
}

/** Asks for the token. Returns the promise of {@link nextChance}, the same one for all who wait. */
export function seek(first: FirstToken, scope: SessionScope): Promise<void> {
  first.chance ??= nextChance(scope).finally(() => (first.chance = undefined))
  // Not in the render that suspends: other components hear of it.
  if (scope.enabled) queueMicrotask(() => ask(scope))
  return first.chance
}

function ask({ session, isMounted }: SessionScope): void {
  if (isMounted()) session.getToken().catch(() => {})
}

/**
 * Resolves when a render would see something else: a usable token, a terminal failure, another checkout, a mount,
 * or the time to ask again. The next render asks, so that nobody asks for a component that is gone.
 */
function nextChance({ session, clock }: SessionScope): Promise<void> {
  return new Promise((resolve) => {
    let cancel = (): void => {}
    const settle = (): void => {
      cancel()
      unsubscribe()
      resolve()
    }
    const look = (): void => {
      cancel()
      const need = tokenNeed(session.getSnapshot())
      if (need.status === 'fetching' || need.status === 'closed') return
      if (need.status !== 'failed' || need.retryAt === null) settle()
      else cancel = runAt(clock, settle, need.retryAt)
    }
    const unsubscribe = session.subscribe(look)
    if (session.getSnapshot().status === 'failed') look()
  })
}
