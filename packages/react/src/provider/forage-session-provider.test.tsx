import { createForageSession, type ForageSession } from '@forage-session/core'
import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { act, cleanup, render } from '@testing-library/react'
import { StrictMode, useEffect, useLayoutEffect, type ReactNode } from 'react'
import { renderToString } from 'react-dom/server'
import { afterEach, expect, test } from 'vitest'

import { nextTask, sessionSetup } from '../../test/session-setup.ts'
import { useForageSession } from '../hooks/use-forage-session.ts'
import { useSessionStatus } from '../hooks/use-session-status.ts'
import { useForageQuery } from '../query/use-forage-query.ts'
import { ForageSessionProvider } from './forage-session-provider.tsx'

afterEach(cleanup)

function Consumer({ onSession }: { onSession?: (session: ForageSession) => void }): ReactNode {
  const session = useForageSession()
  useEffect(() => {
    onSession?.(session)
  }, [session, onSession])
  return <p>{useSessionStatus()}</p>
}

function Requesting(): ReactNode {
  const session = useForageSession()
  useEffect(() => void session.getToken(), [session])
  return null
}

test('a hook outside a provider throws an error that names the fix', () => {
  expect(() => render(<Consumer />)).toThrow('Wrap the checkout in <ForageSessionProvider')
})

test('the provider and useSessionStatus request no token and add no listener to the page', async () => {
  const { backend, options, pass } = sessionSetup()
  let subscriptions = 0
  const lifecycle = {
    visible: () => true,
    online: () => true,
    subscribe: () => {
      subscriptions += 1
      return () => {}
    },
  }
  const { container } = render(
    <ForageSessionProvider {...options} platform={{ ...options.platform, lifecycle }}>
      <Consumer />
    </ForageSessionProvider>,
  )
  await pass(1000)
  expect(container.textContent).toBe('idle')
  expect(backend.requests).toEqual([])
  expect(subscriptions).toBe(0)
})

test('fifty components that request a token under StrictMode cause one token request', async () => {
  const { backend, options, pass } = sessionSetup()
  render(
    <StrictMode>
      <ForageSessionProvider {...options}>
        {Array.from({ length: 50 }, (_, index) => (
          <Requesting key={index} />
        ))}
        <Consumer />
      </ForageSessionProvider>
    </StrictMode>,
  )
  await nextTask()
  await pass(100)
  expect(backend.requests).toHaveLength(1)
  expect(document.body.textContent).toBe('ready')
})

test('inline options create one session, which calls their latest function', async () => {
  const { backend, options, pass } = sessionSetup()
  const sessions = new Set<ForageSession>()
  const calls: string[] = []
  const shop = (name: string): ReactNode => (
    <ForageSessionProvider
      {...options}
      environment={{ apiUrl: 'https://api.sandbox.joinforage.app' }}
      tokenSource={(request) => {
        calls.push(name)
        return backend.tokenSource(request)
      }}
    >
      <Consumer onSession={(session) => sessions.add(session)} />
    </ForageSessionProvider>
  )
  const { rerender } = render(shop('first'))
  rerender(shop('second'))
  const [session] = sessions
  void session?.getToken()
  await pass(100)
  expect(sessions.size).toBe(1)
  expect(calls).toEqual(['second'])
})

test('an option with another value creates another session and closes the old one', async () => {
  const { options, pass } = sessionSetup()
  const sessions: ForageSession[] = []
  const onSession = (session: ForageSession): void => void sessions.push(session)
  const shop = (environment: 'sandbox' | 'production'): ReactNode => (
    <ForageSessionProvider {...options} environment={environment}>
      <Consumer onSession={onSession} />
    </ForageSessionProvider>
  )
  const { rerender } = render(shop('sandbox'))
  rerender(shop('production'))
  await nextTask()
  await pass(0)
  expect(sessions.map(({ apiUrl }) => apiUrl)).toEqual([
    'https://api.sandbox.joinforage.app',
    'https://api.joinforage.app',
  ])
  expect(sessions.map((session) => session.getSnapshot().status)).toEqual(['closed', 'idle'])
})

test('an effect of a child in the same commit already has the new checkout', async () => {
  const { backend, options, pass } = sessionSetup()
  function RequestingFirst({ cart }: { cart: string }): ReactNode {
    const session = useForageSession()
    useLayoutEffect(() => {
      if (cart) void session.getToken()
    }, [session, cart])
    return null
  }
  const shop = (cart: string): ReactNode => (
    <ForageSessionProvider {...options} checkoutId={cart}>
      <RequestingFirst cart={cart} />
    </ForageSessionProvider>
  )
  const { rerender } = render(shop('cart-1'))
  await pass(100)
  rerender(shop('cart-2'))
  await pass(100)
  expect(backend.requests.map(({ checkoutId }) => checkoutId)).toEqual(['cart-1', 'cart-2'])
})

test('a change of the checkout removes the queries of the old checkout only', () => {
  const { options } = sessionSetup()
  const client = new QueryClient()
  client.setQueryData(['forage', 'cart-1', 'card'], 'of 1')
  client.setQueryData(['forage', 'cart-2', 'card'], 'of 2')
  client.setQueryData(['products'], 'all')
  const shop = (cart: string): ReactNode => (
    <QueryClientProvider client={client}>
      <ForageSessionProvider {...options} checkoutId={cart} />
    </QueryClientProvider>
  )
  const { rerender, unmount } = render(shop('cart-1'))
  rerender(shop('cart-2'))
  unmount()
  expect(
    client
      .getQueryCache()
      .getAll()
      .map(({ queryKey }) => queryKey),
  ).toEqual([['forage', 'cart-2', 'card'], ['products']])
})

test('if a given session is switched outside React, the queries of the old checkout are removed', async () => {
  const { backend, options, pass } = sessionSetup()
  const session = createForageSession({ ...options, checkoutId: 'cart-1' })
  const client = new QueryClient()
  function Card(): ReactNode {
    const card = useForageQuery({ queryKey: ['card'], queryFn: () => session.checkoutId })
    return <p>{card.data ?? '…'}</p>
  }
  const { container } = render(
    <QueryClientProvider client={client}>
      <ForageSessionProvider session={session}>
        <Card />
      </ForageSessionProvider>
    </QueryClientProvider>,
  )
  const keys = (): unknown[] =>
    client
      .getQueryCache()
      .getAll()
      .map(({ queryKey }) => queryKey)
  await pass(0)
  expect(container.textContent).toBe('cart-1')
  expect(keys()).toEqual([['forage', 'cart-1', 'card']])
  // No token was held, so only the checkout changes.
  act(() => session.setCheckout('cart-2'))
  await pass(0)
  expect(container.textContent).toBe('cart-2')
  expect(keys()).toEqual([['forage', 'cart-2', 'card']])
  expect(backend.requests).toEqual([])
})

test('a session that the provider created is closed one task after the unmount', async () => {
  const { options, pass } = sessionSetup()
  let own: ForageSession | undefined
  const { unmount } = render(
    <ForageSessionProvider {...options}>
      <Consumer onSession={(session) => (own = session)} />
    </ForageSessionProvider>,
  )
  void own?.getToken()
  await pass(100)
  unmount()
  expect(own?.getSnapshot().status).toBe('ready')
  await nextTask()
  expect(own?.getSnapshot().status).toBe('closed')
  await expect(own?.getToken()).rejects.toMatchObject({ code: 'closed' })
})

test('the provider never closes a session that it was given', async () => {
  const session = createForageSession(sessionSetup().options)
  let seen: ForageSession | undefined
  const { unmount } = render(
    <ForageSessionProvider session={session}>
      <Consumer onSession={(own) => (seen = own)} />
    </ForageSessionProvider>,
  )
  unmount()
  await nextTask()
  expect(seen).toBe(session)
  expect(session.getSnapshot().status).toBe('idle')
})

test('an initial token is used once, for the checkout of the first render', async () => {
  const { backend, options, pass } = sessionSetup()
  let own: ForageSession | undefined
  const shop = (cart: string): ReactNode => (
    <StrictMode>
      <ForageSessionProvider
        {...options}
        checkoutId={cart}
        initialToken={{ token: 'sandbox_primed', expires_in: 900 }}
      >
        <Consumer onSession={(session) => (own = session)} />
      </ForageSessionProvider>
    </StrictMode>
  )
  const { container, rerender } = render(shop('cart-1'))
  await nextTask()
  expect(container.textContent).toBe('ready')
  expect(await own?.getToken()).toBe('sandbox_primed')
  rerender(shop('cart-2'))
  expect(container.textContent).toBe('idle')
  rerender(shop('cart-1'))
  expect(container.textContent).toBe('idle')
  await pass(0)
  expect(backend.requests).toEqual([])
})

test('a server-rendered page hydrates without a mismatch, and then uses its initial token', () => {
  const { options } = sessionSetup()
  const page = (
    <ForageSessionProvider {...options} initialToken={{ token: 'sandbox_primed', expires_in: 900 }}>
      <Consumer />
    </ForageSessionProvider>
  )
  const host = document.createElement('div')
  host.innerHTML = renderToString(page)
  expect(host.textContent).toBe('idle')
  const mismatches: unknown[] = []
  render(page, {
    container: host,
    hydrate: true,
    onRecoverableError: (error) => void mismatches.push(error),
  })
  expect(mismatches).toEqual([])
  expect(host.textContent).toBe('ready')
})

test('an initial token is not used for a session with other options', async () => {
  const { options, pass } = sessionSetup()
  const shop = (environment: 'sandbox' | 'production'): ReactNode => (
    <ForageSessionProvider
      {...options}
      environment={environment}
      initialToken={{ token: 'mine_primed', expires_in: 900 }}
    >
      <Consumer />
    </ForageSessionProvider>
  )
  const { container, rerender } = render(shop('sandbox'))
  expect(container.textContent).toBe('ready')
  rerender(shop('production'))
  expect(container.textContent).toBe('idle')
  await nextTask()
  await pass(0)
})
