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

test('the gate of a hidden page requests its token when the page is shown', async () => {
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
