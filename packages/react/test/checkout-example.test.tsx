// A test of a payment with the test kit, as a shop writes it.
import { createForageSession, type SessionEvent } from '@forage-session/core'
import { createMerchantBackend, createVirtualClock, expectNoTokenLeak } from '@forage-session/core/testing'
import { act, render, screen } from '@testing-library/react'
import { useState, type ReactNode } from 'react'
import { expect, test } from 'vitest'

import { ForageSessionProvider, useForageSession } from '../src/index.ts'

function PayButton(): ReactNode {
  const { fetch } = useForageSession()
  const [label, setLabel] = useState('Pay')
  const pay = async (): Promise<void> => {
    const url = 'https://api.sandbox.joinforage.app/api/payments/'
    const response = await fetch(url, { method: 'POST', body: '{"amount":"10.00"}' })
    setLabel(response.ok ? 'Paid' : 'Not paid')
  }
  return (
    <button type="button" onClick={() => void pay()}>
      {label}
    </button>
  )
}

test('a payment succeeds although its token was revoked', async () => {
  const clock = createVirtualClock()
  const backend = createMerchantBackend(clock)
  const session = createForageSession({
    tokenSource: backend.tokenSource,
    fetch: backend.fetch,
    environment: 'sandbox',
    platform: { clock, random: () => 0 },
  })
  const events: SessionEvent[] = []
  session.on((event) => events.push(event))
  render(
    <ForageSessionProvider session={session}>
      <PayButton />
    </ForageSessionProvider>,
  )
  const first = session.getToken()
  await act(() => clock.advance(50))
  backend.revoke()

  act(() => screen.getByRole('button').click())
  await act(() => clock.advance(50))

  expect(screen.getByRole('button').textContent).toBe('Paid')
  expect(backend.requests.map(({ reason }) => reason)).toEqual(['first', 'rejected'])
  const tokens = [await first, await session.getToken()]
  expectNoTokenLeak({ tokens, events, snapshot: session.getSnapshot(), html: document.body.innerHTML })
  session.close()
})
