import type { ForageSession } from '@forage-session/core'
import { useForageSession } from '@forage-session/react'
import { useQueryClient, type QueryClient } from '@tanstack/react-query'
import { useCallback, useEffect, useRef, useState } from 'react'

import { passMs } from '../../src/merchant/api/demo-api.ts'
import { expireSessionToken, letTimePass } from '../client/shop-client.ts'
import { inputWatch } from '../forage/input-watch.ts'
import type { DemoOutcome } from './demo-outcome.ts'
import { faultyPage } from './page-faults.ts'
import { useNextStep } from './use-next-step.ts'

export interface DemoButtons {
  /** The outcome of a button in this step. The next step forgets it. */
  readonly outcome: DemoOutcome
  readonly isPending: boolean
  readonly expire: () => void
  readonly letPass: () => void
}

const nothing: DemoOutcome = { kind: 'none' }

/** Ends the session token on request, lets the session notice it at once, and follows what happens. */
export function useDemoButtons(): DemoButtons {
  const session = useForageSession()
  const queries = useQueryClient()
  const [outcome, setOutcome] = useState(nothing)
  const [isPending, setPending] = useState(false)
  const step = useRef(0)
  const isBusy = useRef(false)
  const onStep = useCallback(() => {
    step.current += 1
    inputWatch.takeRefused()
    setOutcome(nothing)
  }, [])
  useNextStep(onStep)
  useEffect(() => onRefusal(session, (refusal) => isBusy.current || setOutcome(refusal)), [session])
  const press = async (run: (show: (next: DemoOutcome) => void) => Promise<DemoOutcome>): Promise<void> => {
    if (isBusy.current) return
    const { current } = step
    const show = (next: DemoOutcome): void => {
      if (step.current === current) setOutcome(next)
    }
    isBusy.current = true
    setPending(true)
    try {
      show(await run(show))
    } catch {
      show({ kind: 'unreachable' })
    } finally {
      isBusy.current = false
      setPending(false)
    }
  }
  return {
    outcome,
    isPending,
    expire: () => void press((show) => expireToken(session, queries, show)),
    letPass: () => void press((show) => passTime(session, show)),
  }
}

/** Reports when the session replaced a token that Forage refused, for example after a fault of the control room. */
function onRefusal(session: ForageSession, report: (outcome: DemoOutcome) => void): () => void {
  let isRefused = false
  return session.on((event) => {
    if (event.type === 'token-invalidated') isRefused = event.by === 'rejected'
    if (event.type !== 'token-received' || !isRefused) return
    isRefused = false
    report({ kind: 'replaced', end: 'refused', held: inputWatch.takeRefused() })
  })
}

async function expireToken(
  session: ForageSession,
  queries: QueryClient,
  show: (outcome: DemoOutcome) => void,
): Promise<DemoOutcome> {
  const hadToken = hasToken(session)
  const held = inputWatch.held()
  await expireSessionToken()
  if (!hadToken) return { kind: 'no-token', end: 'expired' }
  show({ kind: 'replacing', end: 'expired' })
  const isReplaced = await isDone(async () => {
    const token = await session.getToken()
    if (!(await isReplacedByRequest(session, queries))) await session.getToken({ rejected: token })
  })
  return isReplaced ? { kind: 'replaced', end: 'expired', held } : { kind: 'not-replaced', end: 'expired' }
}

async function passTime(session: ForageSession, show: (outcome: DemoOutcome) => void): Promise<DemoOutcome> {
  const hadToken = hasToken(session)
  const held = inputWatch.held()
  await letTimePass()
  // Forage's clock moves first, so that the token that the session requests now is not too old for Forage.
  faultyPage.pass(passMs)
  if (!hadToken) return { kind: 'no-token', end: 'passed' }
  show({ kind: 'replacing', end: 'passed' })
  const isReplaced = await isDone(() => session.getToken())
  return isReplaced ? { kind: 'replaced', end: 'passed', held } : { kind: 'not-replaced', end: 'passed' }
}

function hasToken(session: ForageSession): boolean {
  return 'expiresAt' in session.getSnapshot()
}

/**
 * Sends the page's own reads again: Forage refuses the token, and the session replaces it. Returns false if the page has
 * no such read in this step.
 */
async function isReplacedByRequest(session: ForageSession, queries: QueryClient): Promise<boolean> {
  let isReplaced = false
  const stop = session.on(({ type }) => (isReplaced ||= type === 'token-received'))
  await queries.refetchQueries({ queryKey: ['forage'], type: 'active' })
  stop()
  return isReplaced
}

async function isDone(act: () => Promise<unknown>): Promise<boolean> {
  try {
    await act()
    return true
  } catch {
    return false
  }
}
