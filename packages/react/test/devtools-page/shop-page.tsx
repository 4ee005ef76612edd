import { createForageSession, type ForageSession } from '@forage-session/core'
import { ForageSessionProvider } from '@forage-session/react'
import { StrictMode, useState, type ReactNode } from 'react'
import { createRoot } from 'react-dom/client'

import type { createSessionFaults } from '../../src/devtools/production.ts'

/** A session without a network: the page creates its tokens, and its API accepts each request. */
export function offlineSession(faults: ReturnType<typeof createSessionFaults>): ForageSession {
  const tokenSource = async (): Promise<{ token: string; expires_in: number }> => ({
    token: `sandbox_${crypto.randomUUID()}.${crypto.randomUUID()}`,
    expires_in: 900,
  })
  return createForageSession({
    environment: 'sandbox',
    tokenSource: faults.tokenSource(tokenSource),
    fetch: faults.fetch(async () => Response.json({ ok: true })),
  })
}

export function showShop(session: ForageSession, devtools: ReactNode): void {
  createRoot(document.querySelector('#root')!).render(
    <StrictMode>
      <ForageSessionProvider session={session}>
        <Shop session={session} />
        {devtools}
      </ForageSessionProvider>
    </StrictMode>,
  )
}

function Shop({ session }: { session: ForageSession }): ReactNode {
  const [outcome, setOutcome] = useState('not paid')
  const pay = async (): Promise<void> => {
    try {
      const response = await session.fetch(`${session.apiUrl}/api/payments/`, { method: 'POST' })
      setOutcome(response.ok ? 'paid' : `refused, ${response.status}`)
    } catch {
      setOutcome('no token')
    }
  }
  return (
    <>
      <h1>A shop</h1>
      <button type="button" onClick={() => void pay()}>
        Pay
      </button>
      <p>{outcome}</p>
    </>
  )
}
