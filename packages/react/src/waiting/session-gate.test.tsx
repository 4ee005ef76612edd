import { createForageSession, type ForageSession } from '@forage-session/core'
import { expectNoTokenLeak } from '@forage-session/core/testing'
import { act, cleanup, fireEvent, render, screen } from '@testing-library/react'
import { StrictMode, useEffect, type ReactNode } from 'react'
import { renderToString } from 'react-dom/server'
import { afterEach, expect, test, vi } from 'vitest'

import { setVisibility } from '../../test/page-visibility.ts'
import { nextTask, sessionSetup } from '../../test/session-setup.ts'
import { ForageSessionProvider } from '../provider/forage-session-provider.tsx'
import { SessionGate, type SessionGateFailure } from './session-gate.tsx'

afterEach(() => {
  cleanup()
  vi.restoreAllMocks()
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

test('shows the fallback, asks for one token, and then its children', async () => {
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

test('children stay mounted over renewals, and while a renewal fails', async () => {
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

test('a terminal failure shows its remedy, and retry asks again', async () => {
  const { backend, options, pass } = sessionSetup()
  backend.answer(new Response(null, { status: 401 }))
  const { container } = render(<ForageSessionProvider {...options}>{gate}</ForageSessionProvider>)
  await pass(50)
  expect(container.textContent).toBe(
    'endpoint_rejected: Ask the customer to sign in again, then call retry().',
  )
  await pass(60_000)
  expect(backend.requests).toHaveLength(1)
  fireEvent.click(screen.getByRole('button'))
  expect(container.textContent).toBe('wait')
  await pass(50)
  expect(container.textContent).toBe('pay')
})

test('a failure that passes is shown, and asked again by itself', async () => {
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

test('a timer that is early asks once more', async () => {
  const { backend, clock, options, pass } = sessionSetup()
  backend.answer(new Response(null, { status: 503 }))
  const early = { ...clock, setTimeout: (run: () => void, ms: number) => clock.setTimeout(run, ms - 0.5) }
  const { container } = render(
    <ForageSessionProvider {...options} clock={early}>
      {gate}
    </ForageSessionProvider>,
  )
  await pass(50)
  await pass(1200)
  expect(container.textContent).toBe('pay')
})

test('the error may be a node, and is the fallback where there is none', async () => {
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

test('closes when the checkout changes, and asks for the new one', async () => {
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

test('opens again after a life that ended unrenewed', async () => {
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

test('a hidden page asks when it is shown', async () => {
  const { backend, options, pass } = sessionSetup()
  setVisibility('hidden')
  const { container } = render(<ForageSessionProvider {...options}>{gate}</ForageSessionProvider>)
  await pass(60_000)
  expect(backend.requests).toEqual([])
  setVisibility('visible')
  await pass(50)
  expect(container.textContent).toBe('pay')
  expect(backend.requests).toHaveLength(1)
})

test('disabled it asks for nothing, and opens for a token that the page asked for', async () => {
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

test('unmounted while it waits, it leaves no timer and no request behind', async () => {
  const { backend, clock, options, pass } = sessionSetup()
  const complaint = vi.spyOn(console, 'error')
  const { unmount } = render(<ForageSessionProvider {...options}>{gate}</ForageSessionProvider>)
  unmount()
  await nextTask()
  await pass(60_000)
  expect([backend.requests.length, clock.timers(), complaint.mock.calls.length]).toEqual([1, 0, 0])
})

test('asked for earlier by a page that is shown again, it leaves no timer behind', async () => {
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

test('unmounted, it asks no more when the page is shown', async () => {
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

test('a server renders the fallback', () => {
  const { options } = sessionSetup()
  expect(renderToString(<ForageSessionProvider {...options}>{gate}</ForageSessionProvider>)).toBe('wait')
})

test('a token that runs out behind a refused renewal shows the error, and its retry() asks again', async () => {
  const { backend, options, pass } = sessionSetup()
  const { container } = render(<ForageSessionProvider {...options}>{gate}</ForageSessionProvider>)
  await pass(50)
  backend.answer(new Response(null, { status: 401 }))
  await pass(15 * 60_000)
  expect(backend.requests.map(({ reason }) => reason)).toEqual(['first', 'renewal'])
  expect(container.textContent).toContain('endpoint_rejected')
  fireEvent.click(screen.getByRole('button'))
  await pass(50)
  expect(container.textContent).toBe('pay')
})

test('a failure of forty days is waited for in parts that a timer can take', async () => {
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
    <ForageSessionProvider {...options} clock={measured}>
      {gate}
    </ForageSessionProvider>,
  )
  await pass(39 * days)
  expect(backend.requests).toHaveLength(1)
  expect(Math.max(...delays)).toBeLessThanOrEqual(2 ** 31 - 1)
  await pass(days + 1000)
  expect(container.textContent).toBe('pay')
})
