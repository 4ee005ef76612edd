import { createForageSession } from '@forage-session/core'
import { focusManager, onlineManager, QueryClient } from '@tanstack/react-query'
import { act, cleanup } from '@testing-library/react'
import type { ReactNode } from 'react'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'

import { setVisibility } from '../../test/page-visibility.ts'
import { openShop, type QueryShop } from '../../test/query-shop.tsx'
import { sessionSetup } from '../../test/session-setup.ts'
import { useForageSession } from '../hooks/use-forage-session.ts'
import { useForageQuery, type UseForageQueryOptions } from './use-forage-query.ts'
import { waitForToken } from './wait-for-token.ts'

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  cleanup()
  vi.useRealTimers()
  vi.restoreAllMocks()
  focusManager.setFocused(undefined)
  onlineManager.setOnline(true)
})

type Own = Pick<UseForageQueryOptions, 'retry' | 'refetchInterval' | 'networkMode'>

interface Seen {
  error: Error | null
  failureCount: number
  fetchStatus: string
}

function Payment({ seen = [], ...own }: Own & { seen?: Seen[] }): ReactNode {
  const { data, error, failureCount, fetchStatus } = useForageQuery({
    ...own,
    queryKey: ['payment'],
    queryFn: ({ forage }) => forage.get('api/payments/0ddbcda871/').json(),
  })
  seen.push({ error, failureCount, fetchStatus })
  return <p>{error?.name ?? (data ? 'paid' : 'pending')}</p>
}

function Retry(): ReactNode {
  const session = useForageSession()
  return <button type="button" aria-label="Retry" onClick={() => session.retry()} />
}

function goDown(shop: QueryShop): { end(): void } {
  shop.backend.answer(() => new TypeError('offline'))
  return { end: () => shop.backend.answer(undefined) }
}

test.each([
  ['a number', 1, 2],
  ['false', false, 1],
  ['a function', (count: number) => count < 2, 3],
  ['the default', undefined, 4],
])('an outage of the token endpoint uses up no retry: %s stays in effect', async (_, retry, requests) => {
  const seen: Seen[] = []
  const shop = openShop(<Payment {...(retry !== undefined && { retry })} seen={seen} />)
  const outage = goDown(shop)
  await shop.seconds(20)
  expect(seen.at(-1)).toEqual({ error: null, failureCount: 0, fetchStatus: 'fetching' })
  shop.api(500, 500, 500, 500, 500, 500)
  outage.end()
  await shop.seconds(60)
  expect(shop.container.textContent).toBe('HTTPError')
  expect(shop.sent).toHaveLength(requests)
})

test('the default retries of a query client stay in effect', async () => {
  const client = new QueryClient({ defaultOptions: { queries: { retry: 1 } } })
  client.setQueryDefaults(['forage', 'cart-1', 'payment'], { retry: 2 })
  const shop = openShop(<Payment />, { client, checkoutId: 'cart-1' })
  shop.api(500, 500, 500, 500, 500)
  await shop.seconds(30)
  expect(shop.sent).toHaveLength(3)
})

test('a query is pending and shows no error during an outage of the token endpoint', async () => {
  const seen: Seen[] = []
  const shop = openShop(<Payment seen={seen} />)
  const outage = goDown(shop)
  await shop.seconds(40)
  outage.end()
  await shop.seconds(40)
  expect(shop.container.textContent).toBe('paid')
  expect(seen.every(({ error, failureCount }) => error === null && failureCount === 0)).toBe(true)
})

test('a waiting query continues as soon as another request gets a token, long before retryAt', async () => {
  const shop = openShop(
    <>
      <Payment />
      <Retry />
    </>,
  )
  shop.backend.answer(new Response(null, { status: 429, headers: { 'Retry-After': '600' } }))
  await shop.seconds(5)
  expect(shop.container.textContent).toBe('pending')
  act(() => shop.container.querySelector('button')?.click())
  await shop.pass(100)
  expect(shop.container.textContent).toBe('paid')
  expect(shop.backend.requests).toHaveLength(2)
})

test('a waiting query requests no token in an unfocused page, and continues when the page is focused', async () => {
  const shop = openShop(<Payment />)
  goDown(shop)
  await shop.pass(100)
  act(() => focusManager.setFocused(false))
  await shop.seconds(120)
  expect(shop.backend.requests).toHaveLength(1)
  shop.backend.answer(undefined)
  act(() => focusManager.setFocused(true))
  await shop.pass(100)
  expect(shop.container.textContent).toBe('paid')
})

test('a waiting query continues after a pointer in a page that the browser always calls hidden', async () => {
  const shop = openShop(<Payment />)
  goDown(shop)
  // The first request fails while the page is shown: one that is cut off in a hidden page is repeated.
  await shop.pass(100)
  setVisibility('hidden')
  await shop.seconds(60)
  expect(shop.backend.requests).toHaveLength(1)
  shop.backend.answer(undefined)
  act(() => void document.body.dispatchEvent(new Event('pointerdown', { bubbles: true })))
  await shop.pass(100)
  expect(shop.container.textContent).toBe('paid')
  setVisibility('visible')
})

test('a waiting query requests no token while the browser is offline, and continues when it is online', async () => {
  const shop = openShop(<Payment />)
  goDown(shop)
  await shop.pass(100)
  act(() => onlineManager.setOnline(false))
  await shop.seconds(120)
  expect(shop.backend.requests).toHaveLength(1)
  shop.backend.answer(undefined)
  act(() => onlineManager.setOnline(true))
  await shop.pass(100)
  expect(shop.container.textContent).toBe('paid')
})

test('with networkMode "always" a waiting query ignores that the browser is offline', async () => {
  const shop = openShop(<Payment networkMode="always" />)
  goDown(shop)
  await shop.pass(100)
  act(() => onlineManager.setOnline(false))
  shop.backend.answer(undefined)
  await shop.seconds(3)
  expect(shop.container.textContent).toBe('paid')
})

test('refetchInterval and focus changes cause few token requests during an outage', async () => {
  const shop = openShop(<Payment refetchInterval={1000} />)
  await shop.pass(100)
  expect(shop.container.textContent).toBe('paid')
  shop.backend.revoke()
  goDown(shop)
  const before = shop.backend.requests.length
  for (let minute = 0; minute < 4; minute += 1) {
    await shop.seconds(60)
    act(() => focusManager.setFocused(false))
    act(() => focusManager.setFocused(true))
  }
  // Requests after 1, 2, 4, 8, 16 and then every 30 s, and one per focus change.
  expect(shop.backend.requests.length - before).toBeLessThan(20)
})

test('a query stays pending after a 401 if its token cannot be renewed now', async () => {
  const seen: Seen[] = []
  const shop = openShop(<Payment retry={false} seen={seen} />)
  await shop.pass(10)
  const outage = goDown(shop)
  shop.api(401)
  await shop.pass(100)
  await shop.seconds(20)
  expect(seen.at(-1)).toEqual({ error: null, failureCount: 0, fetchStatus: 'fetching' })
  outage.end()
  await shop.seconds(20)
  expect(shop.container.textContent).toBe('paid')
})

test('an unmounted query that waited requests no token and leaves no timer', async () => {
  const shop = openShop(<Payment />)
  goDown(shop)
  await shop.pass(100)
  shop.unmount()
  await shop.seconds(60)
  expect(shop.backend.requests).toHaveLength(1)
  expect(shop.clock.timers()).toBe(0)
})

test('a query that is canceled during its token request does not wait for another token', async () => {
  const { options, clock } = sessionSetup()
  const tokenSource = (): Promise<never> => Promise.reject(new TypeError('offline'))
  const session = createForageSession({ ...options, tokenSource })
  const controller = new AbortController()
  const attempt = async (): Promise<string> => {
    controller.abort(new Error('canceled'))
    return await session.getToken()
  }
  const { signal } = controller
  await expect(waitForToken({ session, clock, signal }, attempt)).rejects.toThrow('canceled')
  session.close()
  expect(clock.timers()).toBe(0)
})

test('a query that waits several times leaves no listener on its signal', async () => {
  const { options, clock } = sessionSetup()
  const session = createForageSession({
    ...options,
    tokenSource: () => Promise.reject(new TypeError('offline')),
  })
  const { signal } = new AbortController()
  const listeners = new Set<unknown>()
  vi.spyOn(signal, 'addEventListener').mockImplementation((_, listener) => void listeners.add(listener))
  vi.spyOn(signal, 'removeEventListener').mockImplementation((_, listener) => void listeners.delete(listener))
  let attempts = 0
  const attempt = async (): Promise<string> => {
    attempts += 1
    return attempts > 3 ? 'paid' : await session.getToken()
  }
  const paid = waitForToken({ session, clock, signal }, attempt)
  await clock.advance(0)
  expect(listeners.size).toBe(1)
  await clock.advance(60_000)
  await expect(paid).resolves.toBe('paid')
  expect(listeners.size).toBe(0)
  session.close()
})
