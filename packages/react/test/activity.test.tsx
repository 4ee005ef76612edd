import { cleanup, render } from '@testing-library/react'
import { Activity, Suspense, useEffect, type ReactNode } from 'react'
import { afterEach, expect, test } from 'vitest'

import {
  ForageSessionProvider,
  SessionGate,
  useForageSession,
  useSessionStatus,
  useSuspenseForageSession,
} from '../src/index.ts'
import type { OwnSessionOptions } from '../src/provider/use-own-session.ts'
import { nextTask, sessionSetup } from './session-setup.ts'

afterEach(cleanup)

function Requesting(): ReactNode {
  const session = useForageSession()
  useEffect(() => void session.getToken(), [session])
  return <p>{useSessionStatus()}</p>
}

function Shown({ onShow }: { onShow: (status: string) => void }): ReactNode {
  const session = useForageSession()
  useEffect(() => onShow(session.getSnapshot().status), [session, onShow])
  return null
}

test('a hidden checkout is closed, and works again when it is shown', async () => {
  const { backend, options, pass } = sessionSetup()
  const shop = (mode: 'visible' | 'hidden'): ReactNode => (
    <Activity mode={mode}>
      <ForageSessionProvider {...options}>
        <Requesting />
      </ForageSessionProvider>
    </Activity>
  )
  const { container, rerender } = render(shop('visible'))
  await pass(100)
  expect(container.textContent).toBe('ready')
  rerender(shop('hidden'))
  await nextTask()
  rerender(shop('visible'))
  await pass(100)
  expect(container.textContent).toBe('ready')
  expect(backend.requests).toHaveLength(2)
})

test.each([
  ['another checkout', [{ checkoutId: 'cart-2' }]],
  ['another merchant', [{ checkoutId: 'cart-1', merchantAccount: 'mid/2' }]],
  [
    'another merchant in another checkout',
    [{ checkoutId: 'cart-2' }, { checkoutId: 'cart-2', merchantAccount: 'mid/2' }],
  ],
])('the initial token of a checkout that was never shown is not used for %s', async (_, changes) => {
  const { options, pass } = sessionSetup()
  const statuses: string[] = []
  const onShow = (status: string): void => void statuses.push(status)
  const shop = (mode: 'visible' | 'hidden', change: Partial<OwnSessionOptions>): ReactNode => (
    <Activity mode={mode}>
      <ForageSessionProvider {...options} {...change} initialToken="sandbox_primed">
        <Shown onShow={onShow} />
      </ForageSessionProvider>
    </Activity>
  )
  const { rerender } = render(shop('hidden', { checkoutId: 'cart-1' }))
  await nextTask()
  for (const change of changes) {
    rerender(shop('hidden', change))
    await nextTask()
  }
  rerender(shop('visible', changes.at(-1)!))
  await pass(0)
  expect(statuses).toEqual(['idle'])
})

test('the initial token of a checkout that is shown later is used for it', async () => {
  const { options, backend, pass } = sessionSetup()
  const shop = (mode: 'visible' | 'hidden'): ReactNode => (
    <Activity mode={mode}>
      <ForageSessionProvider {...options} checkoutId="cart-1" initialToken="sandbox_primed">
        <Requesting />
      </ForageSessionProvider>
    </Activity>
  )
  const { container, rerender } = render(shop('hidden'))
  await nextTask()
  rerender(shop('visible'))
  await pass(100)
  expect(container.textContent).toBe('ready')
  expect(backend.requests).toEqual([])
})

function Pay(): ReactNode {
  return <b>{useSuspenseForageSession().getSnapshot().status}</b>
}

test('a checkout that is hidden during its token request gets its token when it is shown again', async () => {
  const { options, pass } = sessionSetup()
  const shop = (mode: 'visible' | 'hidden'): ReactNode => (
    <Activity mode={mode}>
      <ForageSessionProvider {...options}>
        <Suspense fallback="wait">
          <Pay />
        </Suspense>
      </ForageSessionProvider>
    </Activity>
  )
  const { container, rerender } = render(shop('visible'))
  rerender(shop('hidden'))
  await nextTask()
  await pass(1000)
  rerender(shop('visible'))
  await pass(100)
  await pass(100)
  expect(container.textContent).toBe('ready')
})

test('a form in a gate keeps its input while a router hides the checkout, and when it is shown again', async () => {
  const { backend, options, pass } = sessionSetup()
  const shop = (mode: 'visible' | 'hidden', note: string): ReactNode => (
    <Activity mode={mode}>
      <ForageSessionProvider {...options}>
        <SessionGate fallback="wait">
          <input aria-label="Street" title={note} />
        </SessionGate>
      </ForageSessionProvider>
    </Activity>
  )
  const { container, rerender } = render(shop('visible', 'first'))
  await pass(100)
  const input = container.querySelector('input')!
  input.value = '12 Market Street'
  rerender(shop('hidden', 'first'))
  await nextTask()
  // A hidden checkout may render while its session is closed.
  rerender(shop('hidden', 'second'))
  await nextTask()
  rerender(shop('visible', 'second'))
  await pass(100)
  expect(container.querySelector('input')).toBe(input)
  expect([input.value, input.title]).toEqual(['12 Market Street', 'second'])
  expect(backend.requests).toHaveLength(2)
})
