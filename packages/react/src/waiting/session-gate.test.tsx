import { createForageSession, type ForageSession } from '@forage-session/core'
import { expectNoTokenLeak } from '@forage-session/core/testing'
import { act, cleanup, fireEvent, render, screen } from '@testing-library/react'
import { StrictMode, useEffect, type ReactNode } from 'react'
import { renderToString } from 'react-dom/server'
import { afterEach, expect, test, vi } from 'vitest'

import { setVisibility } from '../../test/page-visibility.ts'
import { nextTask, sessionSetup } from '../../test/session-setup.ts'
import { useForageSession } from '../hooks/use-forage-session.ts'
import { ForageSessionProvider } from '../provider/forage-session-provider.tsx'
import type { OwnSessionOptions } from '../provider/use-own-session.ts'
import { SessionGate, type SessionGateFailure } from './session-gate.tsx'

afterEach(() => {
  cleanup()
  vi.restoreAllMocks()
  vi.useRealTimers()
})

function Failed({ error, retry }: SessionGateFailure): ReactNode {
  return (
    <button type="button" onClick={retry}>
      {error.code}: {error.remedy}
    </button>
  )
}

const gate = (
  <SessionGate fallback="wait" error={Failed}>
    pay
  </SessionGate>
)

const unavailable = (): Response => new Response(null, { status: 503 })

test('the gate shows its fallback, requests one token and then shows its children', async () => {
  const { backend, options, pass } = sessionSetup()
  const { container } = render(
    <StrictMode>
      <ForageSessionProvider {...options}>
        {gate}
        {gate}
      </ForageSessionProvider>
    </StrictMode>,
  )
  expect(container.textContent).toBe('waitwait')
  await pass(50)
  expect(container.textContent).toBe('paypay')
  expect(backend.requests).toHaveLength(1)
  expectNoTokenLeak({ tokens: ['sandbox_token-1'], html: container.innerHTML })
})

test('the children of the gate stay mounted when a renewal succeeds and when it fails', async () => {
  const { backend, options, pass } = sessionSetup()
  const onMount = vi.fn<() => void>()
  const onUnmount = vi.fn<() => void>()
  const onRender = vi.fn<() => void>()
  function Form(): ReactNode {
    onRender()
    useEffect(() => {
      onMount()
      return onUnmount
    }, [])
    return 'pay'
  }
  let session: ForageSession | undefined
  const { container } = render(
    <ForageSessionProvider session={(session = createForageSession({ ...options, renewWhen: 'always' }))}>
      <SessionGate fallback="wait">
        <Form />
      </SessionGate>
    </ForageSessionProvider>,
  )
  await pass(50)
  await pass(12 * 60_000)
  expect(backend.requests.map(({ reason }) => reason)).toEqual(['first', 'renewal'])
  backend.answer(unavailable)
  await pass(12.5 * 60_000)
  expect(session.getSnapshot().status).toBe('degraded')
  expect(container.textContent).toBe('pay')
  expect([onMount, onRender, onUnmount].map(({ mock }) => mock.calls.length)).toEqual([1, 1, 0])
  session.close()
})

test('the gate shows a final failure, and retry requests a token again', async () => {
  const { backend, options, pass } = sessionSetup()
  backend.answer(new Response(null, { status: 401 }))
  const { container } = render(<ForageSessionProvider {...options}>{gate}</ForageSessionProvider>)
  await pass(50)
  expect(container.textContent).toBe('endpoint_rejected: Let the customer sign in again, then call retry().')
  await pass(60_000)
  expect(backend.requests).toHaveLength(1)
  fireEvent.click(screen.getByRole('button'))
  expect(container.textContent).toBe('wait')
  await pass(50)
  expect(container.textContent).toBe('pay')
})

test('the gate shows a temporary failure and requests a token again automatically', async () => {
  const { backend, options, pass } = sessionSetup()
  backend.answer(unavailable)
  const { container } = render(<ForageSessionProvider {...options}>{gate}</ForageSessionProvider>)
  await pass(50)
  expect(container.textContent).toContain('endpoint_failed')
  await pass(1100)
  expect(backend.requests).toHaveLength(2)
  expect(container.textContent).toContain('endpoint_failed')
  backend.answer(undefined)
  await pass(2100)
  expect(container.textContent).toBe('pay')
  expect(backend.requests).toHaveLength(3)
})

test('the gate requests a token again even if its timer was early', async () => {
  const { backend, clock, options, pass } = sessionSetup()
  backend.answer(new Response(null, { status: 503 }))
  const early = { ...clock, setTimeout: (run: () => void, ms: number) => clock.setTimeout(run, ms - 0.5) }
  const { container } = render(
    <ForageSessionProvider {...options} platform={{ ...options.platform, clock: early }}>
      {gate}
    </ForageSessionProvider>,
  )
  await pass(50)
  await pass(1200)
  expect(container.textContent).toBe('pay')
})

test('the error slot of the gate may be a node, and defaults to the fallback', async () => {
  const { backend, options, pass } = sessionSetup()
  backend.answer(new Response(null, { status: 401 }))
  const { container } = render(
    <ForageSessionProvider {...options}>
      <SessionGate fallback="wait" error={<em>no</em>} />
      <SessionGate fallback="wait" />
      <SessionGate />
    </ForageSessionProvider>,
  )
  await pass(50)
  expect(container.innerHTML).toBe('<em>no</em>wait')
})

test('the gate closes when the checkout changes, and requests a token of the new one', async () => {
  const { backend, options, pass } = sessionSetup()
  const shop = (cart: string): ReactNode => (
    <ForageSessionProvider {...options} checkoutId={cart}>
      {gate}
    </ForageSessionProvider>
  )
  const { container, rerender } = render(shop('cart-1'))
  await pass(100)
  rerender(shop('cart-2'))
  expect(container.textContent).toBe('wait')
  await pass(100)
  expect(container.textContent).toBe('pay')
  expect(backend.requests.map(({ checkoutId }) => checkoutId)).toEqual(['cart-1', 'cart-2'])
})

test('the gate opens again after its token expired without a renewal', async () => {
  const { backend, options, pass } = sessionSetup()
  const { container } = render(
    <ForageSessionProvider {...options} renewWhen="never">
      {gate}
    </ForageSessionProvider>,
  )
  await pass(50)
  await pass(900_000)
  await pass(50)
  expect(container.textContent).toBe('pay')
  expect(backend.requests.map(({ reason }) => reason)).toEqual(['first', 'expired'])
})

test('the gate requests its first token even if the browser says that the page is hidden', async () => {
  const { backend, options, pass } = sessionSetup()
  setVisibility('hidden')
  const { container } = render(<ForageSessionProvider {...options}>{gate}</ForageSessionProvider>)
  await pass(50)
  expect(container.textContent).toBe('pay')
  expect(backend.requests).toHaveLength(1)
})

test('the gate of a hidden page repeats a failed request when the page is shown', async () => {
  const { backend, options, pass } = sessionSetup()
  backend.answer(new Response(null, { status: 503 }))
  setVisibility('hidden')
  const { container } = render(<ForageSessionProvider {...options}>{gate}</ForageSessionProvider>)
  await pass(60_000)
  expect(backend.requests).toHaveLength(1)
  setVisibility('visible')
  await pass(50)
  expect(container.textContent).toBe('pay')
  expect(backend.requests).toHaveLength(2)
})

test.each(['pointerdown', 'keydown'])(
  'the gate repeats a failed request after a %s in a page that the browser always calls hidden',
  async (type) => {
    const { backend, options, pass } = sessionSetup()
    backend.answer(() => new Response(null, { status: 503 }))
    setVisibility('hidden')
    const { container } = render(<ForageSessionProvider {...options}>{gate}</ForageSessionProvider>)
    await pass(60_000)
    act(() => void document.body.dispatchEvent(new Event(type, { bubbles: true })))
    await pass(50)
    expect(backend.requests).toHaveLength(2)
    backend.answer(undefined)
    await pass(60_000)
    expect(container.textContent).toBe('pay')
    setVisibility('visible')
  },
)

test('a pointer in a visible page causes no earlier request', async () => {
  const { backend, clock, options, pass } = sessionSetup()
  // With a given session the gate waits on the clock of the page.
  vi.useFakeTimers({ now: clock.now() })
  backend.answer(new Response(null, { status: 503 }))
  let calls = 0
  const session = createForageSession(options)
  const { getToken } = session
  const counted = { ...session, getToken: () => ((calls += 1), getToken()) }
  render(<ForageSessionProvider session={counted}>{gate}</ForageSessionProvider>)
  await pass(50)
  act(() => void document.body.dispatchEvent(new Event('pointerdown', { bubbles: true })))
  await pass(50)
  expect(calls).toBe(1)
  session.close()
})

test('a disabled gate requests no token, and opens when the page requests one', async () => {
  const { backend, options, pass } = sessionSetup()
  const session = createForageSession(options)
  const { container } = render(
    <ForageSessionProvider session={session} enabled={false}>
      {gate}
    </ForageSessionProvider>,
  )
  await pass(60_000)
  expect([container.textContent, backend.requests.length]).toEqual(['wait', 0])
  act(() => void session.getToken())
  await pass(50)
  expect(container.textContent).toBe('pay')
})

test('a gate that is unmounted while it waits leaves no timer and no request', async () => {
  const { backend, clock, options, pass } = sessionSetup()
  const complaint = vi.spyOn(console, 'error')
  const { unmount } = render(<ForageSessionProvider {...options}>{gate}</ForageSessionProvider>)
  unmount()
  await nextTask()
  await pass(60_000)
  expect([backend.requests.length, clock.timers(), complaint.mock.calls.length]).toEqual([1, 0, 0])
})

test('a gate that requested its token early, when the page was shown, leaves no timer', async () => {
  const { backend, clock, options, pass } = sessionSetup()
  backend.answer(() => new Response(null, { status: 503 }))
  const { unmount } = render(<ForageSessionProvider {...options}>{gate}</ForageSessionProvider>)
  await pass(50)
  setVisibility('visible')
  await pass(50)
  unmount()
  await nextTask()
  expect([backend.requests.length, clock.timers()]).toEqual([2, 0])
})

test('an unmounted gate requests no token when the page is shown', async () => {
  const { backend, options, pass } = sessionSetup()
  backend.answer(() => new Response(null, { status: 503 }))
  const session = createForageSession(options)
  const { unmount } = render(<ForageSessionProvider session={session}>{gate}</ForageSessionProvider>)
  await pass(50)
  unmount()
  setVisibility('visible')
  await pass(50)
  expect(backend.requests).toHaveLength(1)
  session.close()
})

test('a server renders the fallback of the gate', () => {
  const { options } = sessionSetup()
  expect(renderToString(<ForageSessionProvider {...options}>{gate}</ForageSessionProvider>)).toBe('wait')
})

test('after a refused renewal the gate requests a token when the current one expires, then shows the error, and retry requests a token again', async () => {
  const { backend, options, pass } = sessionSetup()
  const { container } = render(<ForageSessionProvider {...options}>{gate}</ForageSessionProvider>)
  await pass(50)
  backend.answer(() => new Response(null, { status: 401 }))
  await pass(15 * 60_000)
  await pass(50)
  expect(backend.requests.map(({ reason }) => reason)).toEqual(['first', 'renewal', 'expired'])
  expect(container.textContent).toContain('endpoint_rejected')
  backend.answer(undefined)
  fireEvent.click(screen.getByRole('button'))
  await pass(50)
  expect(container.textContent).toBe('pay')
})

test('the gate splits a wait of forty days into delays that a timer accepts', async () => {
  const { backend, clock, options, pass } = sessionSetup()
  const delays: number[] = []
  const measured = {
    ...clock,
    setTimeout(run: () => void, ms: number) {
      delays.push(ms)
      return clock.setTimeout(run, ms)
    },
  }
  const days = 24 * 60 * 60_000
  backend.answer(new Response(null, { status: 429, headers: { 'Retry-After': String(40 * 24 * 60 * 60) } }))
  const { container } = render(
    <ForageSessionProvider {...options} platform={{ ...options.platform, clock: measured }}>
      {gate}
    </ForageSessionProvider>,
  )
  await pass(39 * days)
  expect(backend.requests).toHaveLength(1)
  expect(Math.max(...delays)).toBeLessThanOrEqual(2 ** 31 - 1)
  await pass(days + 1000)
  expect(container.textContent).toBe('pay')
})

interface FormShop {
  container: HTMLElement
  session: ForageSession
  backend: ReturnType<typeof sessionSetup>['backend']
  pass: (ms: number) => Promise<void>
  show: (change: Partial<OwnSessionOptions>) => void
  /** Counts how often the form was unmounted. */
  unmounts: () => number
}

/** Shows a form in an open gate. The session is the provider's own. */
async function openForm(change: Partial<OwnSessionOptions> = {}): Promise<FormShop> {
  const { backend, options, pass } = sessionSetup()
  let session!: ForageSession
  let unmounts = 0
  function Form(): ReactNode {
    const own = useForageSession()
    useEffect(() => {
      session = own
      return () => void (unmounts += 1)
    }, [own])
    return <input aria-label="Street" />
  }
  const form = <Form />
  const page = (own: Partial<OwnSessionOptions>): ReactNode => (
    <ForageSessionProvider {...options} checkoutId="cart-1" {...change} {...own}>
      <SessionGate fallback="wait" error={Failed}>
        {form}
      </SessionGate>
    </ForageSessionProvider>
  )
  const { container, rerender } = render(page({}))
  await pass(100)
  container.querySelector('input')!.value = '12 Market Street'
  return { container, session, backend, pass, show: (own) => rerender(page(own)), unmounts: () => unmounts }
}

test('a token that is rejected during a payment does not unmount the form', async () => {
  const { container, session, backend, pass, unmounts } = await openForm()
  backend.revoke()
  const payment = session.fetch('https://api.sandbox.joinforage.app/api/payments/', { method: 'POST' })
  await pass(25)
  expect(session.getSnapshot().status).toBe('fetching')
  expect(container.querySelector('input')?.value).toBe('12 Market Street')
  await pass(100)
  expect((await payment).ok).toBe(true)
  expect([container.querySelector('input')?.value, unmounts()]).toEqual(['12 Market Street', 0])
})

test('a token that lapses in a hidden page does not unmount the form, and is replaced when the page is shown', async () => {
  const { container, session, backend, pass, unmounts } = await openForm({ renewWhen: 'never' })
  setVisibility('hidden')
  await pass(20 * 60_000)
  expect(session.getSnapshot().status).not.toBe('ready')
  expect([container.querySelector('input')?.value, unmounts()]).toEqual(['12 Market Street', 0])
  setVisibility('visible')
  await pass(100)
  expect(session.getSnapshot().status).toBe('ready')
  expect(backend.requests).toHaveLength(2)
  expect([container.querySelector('input')?.value, unmounts()]).toEqual(['12 Market Street', 0])
})

test('an outage that lasts longer than the token does not unmount the form', async () => {
  const { container, session, backend, pass, unmounts } = await openForm()
  backend.answer(unavailable)
  await pass(40 * 60_000)
  // Between two attempts, or in one.
  expect(session.getSnapshot().status).toMatch(/^(failed|fetching)$/)
  backend.answer(undefined)
  await pass(60_000)
  expect(session.getSnapshot().status).toBe('ready')
  expect([container.querySelector('input')?.value, unmounts()]).toEqual(['12 Market Street', 0])
})

test.each<[string, (shop: FormShop) => void]>([
  ['another checkout', ({ show }) => show({ checkoutId: 'cart-2' })],
  ['clear()', ({ session }) => session.clear()],
  [
    'another checkout with a token at once',
    ({ show, session }) => {
      show({ checkoutId: 'cart-2' })
      session.prime({ token: 'sandbox_of-cart-2', expires_in: 900 })
    },
  ],
  [
    'clear() and a token at once',
    ({ session }) => {
      session.clear()
      session.prime({ token: 'sandbox_of-the-next-customer', expires_in: 900 })
    },
  ],
])('%s unmounts the form, and the next one is empty', async (_, end) => {
  const shop = await openForm()
  act(() => end(shop))
  await shop.pass(100)
  expect(shop.unmounts()).toBe(1)
  expect(shop.container.querySelector('input')?.value).toBe('')
})

test('an explicit close() unmounts the form for good', async () => {
  const { container, session, pass, unmounts } = await openForm()
  act(() => session.close())
  await pass(60_000)
  expect([container.textContent, unmounts()]).toEqual(['wait', 1])
})

test('a final failure without a usable token unmounts the form, and the gate opens again after a retry', async () => {
  const { container, session, backend, pass, unmounts } = await openForm({ renewWhen: 'never' })
  backend.answer(() => new Response(null, { status: 401 }))
  await pass(20 * 60_000)
  await pass(100)
  expect(container.textContent).toContain('endpoint_rejected')
  expect(unmounts()).toBe(1)
  backend.answer(undefined)
  act(() => session.retry())
  expect(container.textContent).toBe('wait')
  await pass(100)
  expect(container.querySelector('input')?.value).toBe('')
})

test('a gate that is mounted after the token lapsed waits for the next one', async () => {
  const { options, pass } = sessionSetup()
  const session = createForageSession({ ...options, renewWhen: 'never' })
  const shop = (isShown: boolean): ReactNode => (
    <ForageSessionProvider session={session}>{isShown && gate}</ForageSessionProvider>
  )
  const { container, rerender } = render(shop(true))
  await pass(100)
  rerender(shop(false))
  await pass(20 * 60_000)
  rerender(shop(true))
  expect(container.textContent).toBe('wait')
  await pass(100)
  expect(container.textContent).toBe('pay')
  session.close()
})

test('another tab that hears a clear() while it is hidden requests no token until it is shown', async () => {
  const { session, backend, pass } = await openForm()
  setVisibility('hidden')
  act(() => session.clear())
  await pass(60_000)
  expect(backend.requests).toHaveLength(1)
  setVisibility('visible')
  await pass(100)
  expect(backend.requests).toHaveLength(2)
})
