import { cleanup, render } from '@testing-library/react'
import type { KyInstance } from 'ky'
import type { ReactNode } from 'react'
import { afterEach, expect, test } from 'vitest'

import { sessionSetup } from '../../test/session-setup.ts'
import { ForageSessionProvider } from '../provider/forage-session-provider.tsx'
import { useForageClient } from './use-forage-client.ts'
import { useForageSession } from './use-forage-session.ts'

afterEach(cleanup)

test('useForageClient returns the same client in each render, and the client calls the latest inline hook', async () => {
  const { options, pass } = sessionSetup()
  const clients = new Set<KyInstance>()
  const called: string[] = []
  function Cart({ name }: { name: string }): ReactNode {
    const forage = useForageClient({
      headers: { 'API-Version': '2024-01-08' },
      hooks: { beforeRequest: [() => void called.push(name)] },
    })
    clients.add(forage)
    return null
  }
  const shop = (name: string): ReactNode => (
    <ForageSessionProvider {...options}>
      <Cart name={name} />
    </ForageSessionProvider>
  )
  const { rerender } = render(shop('first'))
  rerender(shop('second'))
  expect(clients.size).toBe(1)
  const [forage] = clients
  const answer = forage?.get('api/payments/0ddbcda871/').json()
  await pass(100)
  expect(await answer).toEqual({ ok: true })
  expect(called).toEqual(['second'])
})

test('after a 401 about the token, both the ky client and session.fetch replay the request', async () => {
  const { backend, options, pass } = sessionSetup()
  let forage: KyInstance | undefined
  let sessionFetch: typeof fetch | undefined
  function Cart(): ReactNode {
    forage = useForageClient({ retry: 0 })
    sessionFetch = useForageSession().fetch
    return null
  }
  render(
    <ForageSessionProvider {...options}>
      <Cart />
    </ForageSessionProvider>,
  )
  const first = forage?.get('api/payments/0ddbcda871/').json()
  await pass(100)
  expect(await first).toEqual({ ok: true })
  backend.revoke()
  const second = sessionFetch?.('https://api.sandbox.joinforage.app/api/payments/0ddbcda871/')
  await pass(100)
  expect((await second)?.status).toBe(200)
  expect(backend.requests.map(({ reason }) => reason)).toEqual(['first', 'rejected'])
})

test('useForageClient returns another client only for another signal', async () => {
  const { options, pass } = sessionSetup()
  const clients: (KyInstance | undefined)[] = []
  function Cart({ signal }: { signal: AbortSignal }): ReactNode {
    clients.push(useForageClient({ signal }))
    return null
  }
  const shop = (signal: AbortSignal): ReactNode => (
    <ForageSessionProvider {...options}>
      <Cart signal={signal} />
    </ForageSessionProvider>
  )
  const first = new AbortController()
  const second = new AbortController()
  const { rerender } = render(shop(first.signal))
  rerender(shop(first.signal))
  expect(new Set(clients).size).toBe(1)
  first.abort()
  rerender(shop(second.signal))
  const answer = clients.at(-1)?.get('api/payments/0ddbcda871/').json()
  await pass(100)
  await expect(answer).resolves.toEqual({ ok: true })
})
