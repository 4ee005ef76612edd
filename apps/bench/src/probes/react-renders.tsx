import { createForageSession, type ForageSession } from '@forage-session/core'
import { createMerchantBackend, createVirtualClock } from '@forage-session/core/testing'
import { ForageSessionProvider, useForageSession, useSessionStatus } from '@forage-session/react'
import { Window } from 'happy-dom'
import { StrictMode, useEffect, type ReactNode } from 'react'
import type { Root } from 'react-dom/client'

import type { Row } from '../measurement.ts'
import { judged } from '../measurement.ts'

/** M and N measure what a renewal and a double mount cost in React. Peers have no component to mount. */
async function reactRows(): Promise<Row[]> {
  return [
    judged({
      id: 'M',
      what: 'React renders of a status consumer when the token is renewed',
      unit: 'renders',
      ours: await rendersPerRenewal(),
      target: 0,
    }),
    judged({
      id: 'N',
      what: 'StrictMode, 50 consumers that call at once',
      unit: 'token requests',
      ours: await requestsInStrictMode(),
      target: 1,
    }),
  ]
}

async function rendersPerRenewal(): Promise<number> {
  let renders = 0
  function Status(): ReactNode {
    renders += 1
    return useSessionStatus()
  }
  return await mounted(<Status />, async (session) => {
    await session.getToken()
    await painted()
    const before = renders
    await session.renew()
    await painted()
    return renders - before
  })
}

async function requestsInStrictMode(): Promise<number> {
  function Consumer(): ReactNode {
    const { getToken } = useForageSession()
    useEffect(() => void getToken(), [getToken])
    return null
  }
  const consumers = Array.from({ length: 50 }, (_, index) => <Consumer key={index} />)
  return await mounted(<StrictMode>{consumers}</StrictMode>, async (_, requests) => {
    await painted()
    return requests()
  })
}

async function mounted(
  children: ReactNode,
  measure: (session: ForageSession, requests: () => number) => Promise<number>,
): Promise<number> {
  const clock = createVirtualClock()
  const backend = createMerchantBackend(clock, { latencyMs: 0 })
  const session = createForageSession({ tokenSource: backend.tokenSource, platform: { clock }, share: 'off' })
  const root = await rootInWindow()
  try {
    root.render(<ForageSessionProvider session={session}>{children}</ForageSessionProvider>)
    await painted()
    const ticking = setInterval(() => void clock.advance(1), 1)
    const measured = await measure(session, () => backend.requests.length)
    clearInterval(ticking)
    return measured
  } finally {
    root.unmount()
    session.close()
  }
}

/** React reads the browser's globals when it is loaded, so they must exist before the import. */
async function rootInWindow(): Promise<Root> {
  const window = new Window()
  Object.assign(globalThis, { window, document: window.document })
  const { createRoot } = await import('react-dom/client')
  return createRoot(window.document.createElement('div') as unknown as Element)
}

/** Waits for passive effects, which run in a separate task. */
async function painted(): Promise<void> {
  for (let turn = 0; turn < 5; turn += 1) {
    await new Promise((resolve) => {
      setTimeout(resolve, 5)
    })
  }
}

/** The module measures while it loads, because the runner that compiles JSX closes afterwards. */
export const rows: Row[] = await reactRows()
