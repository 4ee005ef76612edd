import { createForageSession, type ForageSession } from '@forage-session/core'
import { act, cleanup, fireEvent, render, screen } from '@testing-library/react'
import {
  Component,
  StrictMode,
  startTransition,
  Suspense,
  useTransition,
  useState,
  type ReactNode,
} from 'react'
import { createRoot } from 'react-dom/client'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'

import { nextTask, sessionSetup } from '../../test/session-setup.ts'
import { useSessionStatus } from '../hooks/use-session-status.ts'
import { ForageSessionProvider } from '../provider/forage-session-provider.tsx'
import { useSuspenseForageSession } from './use-suspense-forage-session.ts'

// React also logs each error that a boundary catches.
beforeEach(() => void vi.spyOn(console, 'error').mockImplementation(() => {}))
afterEach(() => {
  cleanup()
  vi.restoreAllMocks()
})

function Pay({ onRender }: { onRender?: () => void }): ReactNode {
  const session = useSuspenseForageSession()
  onRender?.()
  return <b>{session.getSnapshot().status}</b>
}

interface BoundaryProps {
  children: ReactNode
  /** Called before the children render again. */
  onReset?: () => void
}

class Boundary extends Component<BoundaryProps, { error: Error | undefined }> {
  override state: { error: Error | undefined } = { error: undefined }
  static getDerivedStateFromError(error: Error): { error: Error } {
    return { error }
  }
  override render(): ReactNode {
    if (!this.state.error) return this.props.children
    const reset = (): void => {
      this.props.onReset?.()
      this.setState({ error: undefined })
    }
    return (
      <button type="button" onClick={reset}>
        {this.state.error.message}
      </button>
    )
  }
}

function checkout(
  provider: { session: ForageSession; enabled?: boolean } | ReturnType<typeof sessionSetup>['options'],
  children: ReactNode = <Pay />,
  onReset: () => void = () => {},
): ReactNode {
  return (
    <ForageSessionProvider {...provider}>
      <Boundary onReset={onReset}>
        <Suspense fallback="wait">{children}</Suspense>
      </Boundary>
    </ForageSessionProvider>
  )
}

test('useSuspenseForageSession suspends until the first token, which it requests once', async () => {
  const { backend, options, pass } = sessionSetup()
  const { container } = render(
    <StrictMode>
      {checkout(
        options,
        Array.from({ length: 50 }, (_, index) => <Pay key={index} />),
      )}
    </StrictMode>,
  )
  expect(container.textContent).toBe('wait')
  await pass(50)
  expect(container.textContent).toBe('ready'.repeat(50))
  expect(backend.requests).toHaveLength(1)
})

test('with a given session the Suspense boundary may stand outside the provider', async () => {
  const { backend, options, pass } = sessionSetup()
  const session = createForageSession(options)
  const { container } = render(
    <StrictMode>
      <Suspense fallback="wait">
        <ForageSessionProvider session={session}>
          <Pay />
        </ForageSessionProvider>
      </Suspense>
    </StrictMode>,
  )
  expect(container.textContent).toBe('wait')
  await pass(50)
  expect(container.textContent).toBe('ready')
  expect(backend.requests).toHaveLength(1)
})

test('a provider that creates its session below the Suspense boundary requests no token', async () => {
  const { backend, options, pass } = sessionSetup()
  render(
    <Suspense fallback="wait">
      <ForageSessionProvider {...options}>
        <Pay />
      </ForageSessionProvider>
    </Suspense>,
  )
  await pass(60_000)
  expect(backend.requests).toEqual([])
})

test('useSuspenseForageSession requests the token after the render, so that other components can update', async () => {
  const { backend, options, pass } = sessionSetup()
  const session = createForageSession(options)
  function Status(): ReactNode {
    return useSessionStatus()
  }
  const shop = (isPaying: boolean): ReactNode => (
    <ForageSessionProvider session={session}>
      <Status /> <Suspense fallback="wait">{isPaying && <Pay />}</Suspense>
    </ForageSessionProvider>
  )
  const { container, rerender } = render(shop(false))
  await act(async () => rerender(shop(true)))
  expect(container.textContent).toBe('fetching wait')
  await pass(50)
  expect(container.textContent).toBe('ready ready')
  expect(backend.requests).toHaveLength(1)
  expect(console.error).not.toHaveBeenCalled()
})

test('all suspended components share one subscription, which ends with the wait', async () => {
  const { backend, options, pass } = sessionSetup()
  const session = createForageSession(options)
  let subscriptions = 0
  const counted: ForageSession = {
    ...session,
    subscribe(listener) {
      subscriptions += 1
      const unsubscribe = session.subscribe(listener)
      return () => {
        subscriptions -= 1
        unsubscribe()
      }
    },
  }
  backend.answer(new Response(null, { status: 401 }))
  const waiting = Array.from({ length: 50 }, (_, index) => <Pay key={index} />)
  const { unmount } = render(checkout({ session: counted }, waiting))
  // One of the provider, and one for all suspended components.
  expect(subscriptions).toBe(2)
  unmount()
  expect(subscriptions).toBe(1)
  await pass(50)
  expect(subscriptions).toBe(0)
})

test('useSuspenseForageSession requests the token even if React pauses between render and mount', async () => {
  const { backend, options, clock } = sessionSetup()
  function Slow(): null {
    // Longer than React works without a pause.
    const until = performance.now() + 10
    while (performance.now() < until);
    return null
  }
  const container = document.createElement('div')
  const page = globalThis as { IS_REACT_ACT_ENVIRONMENT?: boolean }
  const { IS_REACT_ACT_ENVIRONMENT } = page
  page.IS_REACT_ACT_ENVIRONMENT = false
  const root = createRoot(container)
  startTransition(() =>
    root.render(
      <>
        {checkout(options)}
        <Slow />
        <Slow />
      </>,
    ),
  )
  await vi.waitFor(() => expect(container.textContent).toBe('wait'))
  await vi.waitFor(() => expect(backend.requests).toHaveLength(1))
  await clock.advance(50)
  await vi.waitFor(() => expect(container.textContent).toBe('ready'))
  root.unmount()
  page.IS_REACT_ACT_ENVIRONMENT = IS_REACT_ACT_ENVIRONMENT!
})

test('useSuspenseForageSession needs no request with an initial token', async () => {
  const { backend, options, pass } = sessionSetup()
  const initialToken = { token: 'sandbox_primed', expires_in: 900 }
  const { container } = render(checkout({ ...options, initialToken }))
  await pass(50)
  expect([container.textContent, backend.requests.length]).toEqual(['ready', 0])
})

test('a renewal causes no re-render, and an expired token does not suspend again', async () => {
  const { backend, options, pass } = sessionSetup()
  const session = createForageSession(options)
  const onRender = vi.fn<() => void>()
  const { container } = render(checkout({ session }, <Pay onRender={onRender} />))
  await pass(50)
  onRender.mockClear()
  await pass(13 * 60_000)
  expect(backend.requests).toHaveLength(2)
  expect(onRender).not.toHaveBeenCalled()
  await pass(60 * 60_000)
  expect(session.getSnapshot().status).toBe('idle')
  expect(container.textContent).toBe('idle')
})

test('useSuspenseForageSession stays suspended while a failed token request is repeated', async () => {
  const { backend, options, pass } = sessionSetup()
  backend.answer(() => new Response(null, { status: 503 }))
  const { container } = render(checkout(options))
  await pass(50)
  await pass(1200)
  await pass(50)
  expect(container.textContent).toBe('wait')
  expect(backend.requests).toHaveLength(2)
  backend.answer(undefined)
  await pass(2500)
  await pass(50)
  expect(container.textContent).toBe('ready')
  expect(backend.requests).toHaveLength(3)
})

test('a suspended component renders as soon as another request gets the token', async () => {
  const { backend, options, pass } = sessionSetup()
  backend.answer(new Response(null, { status: 503, headers: { 'Retry-After': '120' } }))
  const session = createForageSession(options)
  const { container } = render(checkout({ session }))
  await pass(50)
  expect(container.textContent).toBe('wait')
  act(() => session.retry())
  await pass(50)
  expect(container.textContent).toBe('ready')
})

test('useSuspenseForageSession requests no token for an unmounted component', async () => {
  const { backend, clock, options, pass } = sessionSetup()
  backend.answer(() => new Response(null, { status: 503 }))
  const session = createForageSession(options)
  const { unmount } = render(checkout({ session }))
  await pass(50)
  unmount()
  await pass(60_000)
  expect([backend.requests.length, clock.timers()]).toEqual([1, 0])
})

test('a final failure goes to the error boundary, and session.retry() and a reset recover from it', async () => {
  const { backend, options, pass } = sessionSetup()
  backend.answer(new Response(null, { status: 401 }))
  const session = createForageSession(options)
  const { container } = render(
    <StrictMode>{checkout({ session }, <Pay />, () => session.retry())}</StrictMode>,
  )
  await pass(50)
  expect(container.textContent).toContain('Let the customer sign in again, then call retry().')
  fireEvent.click(screen.getByRole('button'))
  expect(container.textContent).toBe('wait')
  await pass(50)
  expect(container.textContent).toBe('ready')
  expect(backend.requests).toHaveLength(2)
})

test('a reset without session.retry() shows the failure again and requests no token', async () => {
  const { backend, options, pass } = sessionSetup()
  backend.answer(new Response(null, { status: 401 }))
  const { container } = render(checkout(options))
  await pass(50)
  fireEvent.click(screen.getByRole('button'))
  await pass(60_000)
  expect(container.textContent).toContain('Let the customer sign in again')
  expect(backend.requests).toHaveLength(1)
})

test('useSuspenseForageSession suspends again for the first token of another checkout', async () => {
  const { backend, options, pass } = sessionSetup()
  const { container, rerender } = render(checkout({ ...options, checkoutId: 'cart-1' }))
  await pass(100)
  rerender(checkout({ ...options, checkoutId: 'cart-2' }))
  expect(container.querySelector('b')?.style.display).toBe('none')
  await pass(100)
  expect(container.querySelector('b')?.style.display).toBe('')
  expect(container.textContent).toBe('ready')
  expect(backend.requests.map(({ checkoutId }) => checkoutId)).toEqual(['cart-1', 'cart-2'])
})

test('useSuspenseForageSession suspends for another checkout even if the last token has expired', async () => {
  const { backend, options, pass } = sessionSetup()
  const own = { ...options, renewWhen: 'never' } as const
  const { container, rerender } = render(checkout({ ...own, checkoutId: 'cart-1' }))
  await pass(100)
  await pass(60 * 60_000)
  expect(container.textContent).toBe('idle')
  rerender(checkout({ ...own, checkoutId: 'cart-2' }))
  await pass(100)
  expect(container.textContent).toBe('ready')
  expect(backend.requests.map(({ checkoutId }) => checkoutId)).toEqual(['cart-1', 'cart-2'])
})

test('if the checkout changes during the wait, useSuspenseForageSession requests a token of the new one', async () => {
  const { backend, options, pass } = sessionSetup()
  const session = createForageSession({ ...options, checkoutId: 'cart-1' })
  const { container } = render(checkout({ session }))
  await pass(100)
  act(() => session.setCheckout('cart-2'))
  act(() => session.setCheckout('cart-3'))
  await pass(200)
  expect(container.textContent).toBe('ready')
  expect(backend.requests.at(-1)?.checkoutId).toBe('cart-3')
})

test('a transition to a suspended component keeps the old page until the token arrives', async () => {
  const { backend, options, pass } = sessionSetup()
  const session = createForageSession(options)
  function Shop(): ReactNode {
    const [isPaying, setPaying] = useState(false)
    const [isPending, start] = useTransition()
    return (
      <>
        <button type="button" onClick={() => start(() => setPaying(true))}>
          {String(isPending)}
        </button>
        <Suspense fallback="wait">{isPaying ? <Pay /> : 'cart'}</Suspense>
      </>
    )
  }
  const { container } = render(
    <ForageSessionProvider session={session}>
      <Shop />
    </ForageSessionProvider>,
  )
  fireEvent.click(screen.getByRole('button'))
  await nextTask()
  expect(container.textContent).toBe('truecart')
  await pass(50)
  expect(container.textContent).toBe('falseready')
  expect(backend.requests).toHaveLength(1)
})

test('useSuspenseForageSession requests no token while disabled, and renders when the page requests one', async () => {
  const { backend, options, pass } = sessionSetup()
  const session = createForageSession(options)
  const { container, rerender } = render(checkout({ session, enabled: false }))
  await pass(60_000)
  expect([container.textContent, backend.requests.length]).toEqual(['wait', 0])
  rerender(checkout({ session, enabled: true }))
  await pass(50)
  expect([container.textContent, backend.requests.length]).toEqual(['ready', 1])

  const other = createForageSession(options)
  rerender(checkout({ session: other, enabled: false }))
  await pass(1000)
  expect(backend.requests).toHaveLength(1)
  act(() => void other.getToken())
  await pass(50)
  expect(container.querySelector('b')?.style.display).toBe('')
})

test('clear() suspends again until the next token, so that nothing of the former customer is shown', async () => {
  const { backend, options, pass } = sessionSetup()
  const session = createForageSession(options)
  const { container } = render(checkout({ session }))
  await pass(100)
  expect(container.textContent).toBe('ready')
  act(() => session.clear())
  expect(container.querySelector('b')?.style.display).toBe('none')
  expect(container.textContent).toContain('wait')
  await pass(100)
  await pass(100)
  expect(container.textContent).toBe('ready')
  expect(backend.requests).toHaveLength(2)
  session.close()
})
