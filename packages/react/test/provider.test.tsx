import { createForageSession, type ForageSession } from '@forage-session/core'
import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { act, cleanup, fireEvent, render, screen } from '@testing-library/react'
import { Component, StrictMode, Suspense, useEffect, useState, useTransition, type ReactNode } from 'react'
import { afterEach, expect, test, vi } from 'vitest'

import {
  ForageSessionProvider,
  SessionGate,
  useForageClient,
  useForageMutation,
  useForageQuery,
  useForageSdk,
  useForageSession,
  useSessionStatus,
  useSuspenseForageSession,
} from '../src/index.ts'
import { createFakeSdk } from './fake-sdk.ts'
import { nextTask, sessionSetup } from './session-setup.ts'

afterEach(() => {
  cleanup()
  vi.restoreAllMocks()
})

const { factory } = createFakeSdk()

/** Uses every hook of the package but the suspending one. */
function Consumer(): ReactNode {
  useForageSession()
  useForageClient()
  useForageMutation({ mutationFn: async () => 'paid' })
  useForageQuery({ queryKey: ['card'], queryFn: ({ forage }) => forage.get('api/cards/').json() })
  useForageSdk({ load: async () => factory, merchantId: 'mid/123ab45c67', customerId: 'customer-hash' })
  return <i>{useSessionStatus()}</i>
}

function Waiting(): ReactNode {
  return <i>{useSuspenseForageSession().getSnapshot().status}</i>
}

test('fifty consumers of every hook cause one token request under StrictMode', async () => {
  const { backend, options, pass } = sessionSetup()
  const complaint = vi.spyOn(console, 'error')
  const { container, unmount } = render(
    <StrictMode>
      <QueryClientProvider client={new QueryClient()}>
        <ForageSessionProvider {...options}>
          {Array.from({ length: 50 }, (_, index) => (
            <div key={index}>
              <Consumer />
              <SessionGate>
                <Consumer />
              </SessionGate>
              <Suspense>
                <Waiting />
              </Suspense>
            </div>
          ))}
        </ForageSessionProvider>
      </QueryClientProvider>
    </StrictMode>,
  )
  await nextTask()
  await pass(100)
  await nextTask()
  expect(container.textContent).toBe('ready'.repeat(150))
  expect(backend.requests).toHaveLength(1)
  unmount()
  await nextTask()
  expect(complaint).not.toHaveBeenCalled()
})

test('adjacent and nested providers each have their own session', async () => {
  const shops = [sessionSetup(), sessionSetup(), sessionSetup()] as const
  const [left, right, inner] = shops
  const sessions: ForageSession[] = []
  function Named({ name }: { name: string }): ReactNode {
    const session = useForageSession()
    useEffect(() => void sessions.push(session), [session])
    return (
      <p>
        {name} {useSessionStatus()}
      </p>
    )
  }
  const { container, rerender } = render(
    <>
      <ForageSessionProvider {...left.options} checkoutId="left">
        <Named name="left" />
      </ForageSessionProvider>
      <ForageSessionProvider {...right.options} checkoutId="right">
        <Named name="right" />
        <ForageSessionProvider {...inner.options} checkoutId="inner">
          <SessionGate>
            <Named name="inner" />
          </SessionGate>
        </ForageSessionProvider>
      </ForageSessionProvider>
    </>,
  )
  // The session asks the other tabs first.
  await inner.pass(100)
  expect(container.textContent).toBe('left idleright idleinner ready')
  expect(new Set(sessions.map(({ checkoutId }) => checkoutId))).toEqual(new Set(['left', 'right', 'inner']))
  expect(shops.map(({ backend }) => backend.requests.length)).toEqual([0, 0, 1])
  rerender(<></>)
  await nextTask()
  expect(sessions.map((session) => session.getSnapshot().status)).toEqual(['closed', 'closed', 'closed'])
})

test('a provider that is unmounted during a request leaves no timer and logs nothing', async () => {
  const { backend, clock, options, pass } = sessionSetup()
  const complaint = vi.spyOn(console, 'error')
  const signals: AbortSignal[] = []
  const { unmount } = render(
    <QueryClientProvider client={new QueryClient()}>
      <ForageSessionProvider
        {...options}
        checkoutId="cart-1"
        tokenSource={(request) => {
          signals.push(request.signal)
          return backend.tokenSource(request)
        }}
      >
        <Consumer />
        <SessionGate>
          <Consumer />
        </SessionGate>
        <Suspense>
          <Waiting />
        </Suspense>
      </ForageSessionProvider>
    </QueryClientProvider>,
  )
  // The session asks the other tabs first.
  await pass(60)
  unmount()
  expect(signals.map(({ aborted }) => aborted)).toEqual([false])
  await nextTask()
  expect(signals.map(({ aborted }) => aborted)).toEqual([true])
  await pass(60_000)
  expect([backend.requests.length, clock.timers(), complaint.mock.calls.length]).toEqual([1, 0, 0])
})

test('a provider that moves in the page during a request starts again', async () => {
  const { backend, clock, options, pass } = sessionSetup()
  const complaint = vi.spyOn(console, 'error')
  const checkout = (
    <ForageSessionProvider {...options}>
      <SessionGate fallback="wait">pay</SessionGate>
    </ForageSessionProvider>
  )
  const { container, rerender, unmount } = render(<main>{checkout}</main>)
  rerender(<aside>{checkout}</aside>)
  expect(container.textContent).toBe('wait')
  await nextTask()
  await pass(50)
  expect(container.textContent).toBe('pay')
  // The first request was aborted.
  expect(backend.requests).toHaveLength(2)
  unmount()
  await nextTask()
  expect([clock.timers(), complaint.mock.calls.length]).toEqual([0, 0])
})

class Boundary extends Component<{ children: ReactNode }, { hasFailed: boolean }> {
  override state = { hasFailed: false }
  static getDerivedStateFromError(): { hasFailed: boolean } {
    return { hasFailed: true }
  }
  override render(): ReactNode {
    if (!this.state.hasFailed) return this.props.children
    return (
      <button type="button" onClick={() => this.setState({ hasFailed: false })}>
        again
      </button>
    )
  }
}

test('a child that throws and is reset keeps the session and its token', async () => {
  vi.spyOn(console, 'error').mockImplementation(() => {})
  const { backend, options, pass } = sessionSetup()
  let isBroken = false
  function Fragile(): ReactNode {
    if (isBroken) throw new Error('broken')
    return <i>{useSessionStatus()}</i>
  }
  const shop = (): ReactNode => (
    <ForageSessionProvider {...options}>
      <SessionGate />
      <Boundary>
        <Fragile />
      </Boundary>
    </ForageSessionProvider>
  )
  const { container, rerender } = render(shop())
  await pass(50)
  isBroken = true
  rerender(shop())
  expect(container.textContent).toBe('again')
  isBroken = false
  fireEvent.click(screen.getByRole('button'))
  expect(container.textContent).toBe('ready')
  await pass(50)
  expect(backend.requests).toHaveLength(1)
})

test('a transition to another checkout switches the session only when the checkout is shown', async () => {
  const { backend, options, pass } = sessionSetup()
  const prices = new Map([['cart-1', Promise.resolve()]])
  let arrive = (): void => {}
  prices.set('cart-2', new Promise((resolve) => (arrive = resolve)))
  const arrived = new Set(['cart-1'])
  function Price({ cart }: { cart: string }): ReactNode {
    // oxlint-disable-next-line typescript/only-throw-error
    if (!arrived.has(cart)) throw prices.get(cart)
    return cart
  }
  let session: ForageSession | undefined
  function Shop(): ReactNode {
    const [cart, setCart] = useState('cart-1')
    const [isPending, start] = useTransition()
    return (
      <ForageSessionProvider {...options} checkoutId={cart}>
        <button type="button" onClick={() => start(() => setCart('cart-2'))}>
          {isPending ? 'pending' : 'next'}
        </button>
        <Suspense fallback="wait">
          <Price cart={cart} />
        </Suspense>
        <Own />
      </ForageSessionProvider>
    )
  }
  function Own(): null {
    const own = useForageSession()
    useEffect(() => void (session = own), [own])
    return null
  }
  const { container } = render(<Shop />)
  act(() => void session?.getToken())
  await pass(100)
  fireEvent.click(screen.getByRole('button'))
  expect(container.textContent).toBe('pendingcart-1')
  expect(session?.checkoutId).toBe('cart-1')
  expect(session?.getSnapshot().status).toBe('ready')
  arrived.add('cart-2')
  arrive()
  await pass(0)
  await nextTask()
  expect(container.textContent).toBe('nextcart-2')
  expect(session?.checkoutId).toBe('cart-2')
  expect(session?.getSnapshot().status).toBe('idle')
  expect(backend.requests).toHaveLength(1)
})

test('in a disabled provider no hook requests a token automatically, but an explicit getToken does', async () => {
  const { backend, options, pass } = sessionSetup()
  let getToken: ForageSession['getToken'] | undefined
  function Explicit(): null {
    const { getToken: own } = useForageSession()
    useEffect(() => void (getToken = own), [own])
    return null
  }
  render(
    <QueryClientProvider client={new QueryClient()}>
      <ForageSessionProvider {...options} enabled={false}>
        <Consumer />
        <SessionGate />
        <Suspense>
          <Waiting />
        </Suspense>
        <Explicit />
      </ForageSessionProvider>
    </QueryClientProvider>,
  )
  await pass(60_000)
  expect(backend.requests).toEqual([])
  let token: Promise<string> | undefined
  act(() => void (token = getToken?.()))
  await pass(50)
  expect(await token).toBe('sandbox_token-1')
})

test('if the provider gets another session, its consumers follow, and neither session is closed', async () => {
  const { options, pass } = sessionSetup()
  const [first, second] = [createForageSession(options), createForageSession(options)]
  const shop = (session: ForageSession): ReactNode => (
    <ForageSessionProvider session={session}>
      <SessionGate fallback="wait">
        <Waiting />
      </SessionGate>
    </ForageSessionProvider>
  )
  const { container, rerender } = render(shop(first))
  await pass(50)
  expect(container.textContent).toBe('ready')
  rerender(shop(second))
  expect(container.textContent).toBe('wait')
  await pass(50)
  expect(container.textContent).toBe('ready')
  await nextTask()
  expect(first.getSnapshot().status).toBe('ready')
})
