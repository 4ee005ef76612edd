import type { ForageSession } from '@forage-session/core'

import { runAt } from './run-at.ts'
import type { SessionScope } from './session-context.ts'
import { terminalError, tokenNeed } from './token-need.ts'

interface FirstToken {
  readonly checkoutId: string | undefined
  hasCome: boolean
  pending?: { readonly enabled: boolean; readonly chance: Promise<void> } | undefined
}

/** Beside React, which forgets the state of a first render that suspends: it would ask once for each try. */
const firstTokens = new WeakMap<ForageSession, FirstToken>()

/** What is known of the first token of the checkout that the session is in. */
export function firstTokenOf(session: ForageSession): FirstToken {
  const { checkoutId } = session
  const known = firstTokens.get(session)
  if (known && known.checkoutId === checkoutId) return known
  const first = { checkoutId, hasCome: false }
  firstTokens.set(session, first)
  return first
}

/** For a component to wait for. The same promise for all who wait, and for the same component's next try. */
export function chanceOf(first: FirstToken, scope: SessionScope): Promise<void> {
  const { enabled } = scope
  if (first.pending?.enabled === enabled) return first.pending.chance
  const pending = { enabled, chance: nextChance(scope).then(forget) }
  function forget(): void {
    if (first.pending === pending) first.pending = undefined
  }
  first.pending = pending
  return pending.chance
}

/**
 * Resolves when a render would see something else: a usable token, a terminal failure, another checkout, or the
 * time to ask again. The next render asks, so that nobody asks for a component that is gone.
 */
function nextChance({ session, enabled, clock, onMount }: SessionScope): Promise<void> {
  return new Promise((resolve) => {
    let cancel = (): void => {}
    const look = (): void => {
      cancel()
      const need = tokenNeed(session.getSnapshot())
      if (need.status === 'fetching' || need.status === 'closed') return
      if (need.status === 'failed' && !terminalError(need)) cancel = runAt(clock, settle, need.retryAt ?? 0)
      else settle()
    }
    const unsubscribes = [session.subscribe(look)]
    function settle(): void {
      for (const unsubscribe of unsubscribes) unsubscribe()
      resolve()
    }
    if (enabled) unsubscribes.push(onMount(() => void session.getToken().then(settle, look)))
  })
}
