import { QueryClient, QueryClientProvider, skipToken } from '@tanstack/react-query'
import { cleanup, render } from '@testing-library/react'
import { StrictMode, type ReactNode } from 'react'
import { afterEach, expect, test, vi } from 'vitest'

import { sessionSetup } from '../../test/session-setup.ts'
import { ForageSessionProvider } from '../provider/forage-session-provider.tsx'
import type { OwnSessionOptions } from '../provider/use-own-session.ts'
import { useForageQuery } from './use-forage-query.ts'

afterEach(() => {
  cleanup()
  vi.useRealTimers()
})

function Payment({ skip = false }: { skip?: boolean }): ReactNode {
  const { data, error, isPending } = useForageQuery({
    queryKey: ['payment', '0ddbcda871'],
    queryFn: skip
      ? skipToken
      : ({ forage, signal }) => forage.get('api/payments/0ddbcda871/', { signal }).json(),
  })
  return <p>{error?.name ?? (isPending ? 'pending' : JSON.stringify(data))}</p>
}

function Shop({
  client,
  children = <Payment />,
  ...options
}: OwnSessionOptions & { client: QueryClient; enabled?: boolean; children?: ReactNode }): ReactNode {
  return (
    <StrictMode>
      <QueryClientProvider client={client}>
        <ForageSessionProvider {...options}>{children}</ForageSessionProvider>
      </QueryClientProvider>
    </StrictMode>
  )
}

function keysOf(client: QueryClient): unknown[] {
  return client
    .getQueryCache()
    .getAll()
    .map(({ queryKey }) => queryKey)
}

test('a query gets a Forage client and a key of its checkout, with one token request', async () => {
  const { backend, options, pass } = sessionSetup()
  const client = new QueryClient()
  const { container } = render(<Shop client={client} {...options} checkoutId="cart-1" />)
  expect(container.textContent).toBe('pending')
  await pass(100)
  expect(container.textContent).toBe('{"ok":true}')
  expect(keysOf(client)).toEqual([['forage', 'cart-1', 'payment', '0ddbcda871']])
  expect(backend.requests).toHaveLength(1)
})

test('after a change of the checkout a query is sent again with the new token, and its old data is removed', async () => {
  const { backend, options, pass } = sessionSetup()
  const client = new QueryClient()
  const { container, rerender } = render(<Shop client={client} {...options} checkoutId="cart-1" />)
  await pass(100)
  rerender(<Shop client={client} {...options} checkoutId="cart-2" />)
  expect(container.textContent).toBe('pending')
  await pass(100)
  expect(container.textContent).toBe('{"ok":true}')
  expect(keysOf(client)).toEqual([['forage', 'cart-2', 'payment', '0ddbcda871']])
  expect(backend.requests.map(({ checkoutId }) => checkoutId)).toEqual(['cart-1', 'cart-2'])
})

test('a query shows no error if the checkout changes while its token is fetched', async () => {
  const { options, pass } = sessionSetup()
  const client = new QueryClient()
  const { container, rerender } = render(<Shop client={client} {...options} checkoutId="cart-1" />)
  await pass(10)
  rerender(<Shop client={client} {...options} checkoutId="cart-2" />)
  await pass(100)
  expect(container.textContent).toBe('{"ok":true}')
  expect(keysOf(client)).toHaveLength(1)
})

test('a query requests nothing while the provider is disabled, and is sent when it is enabled', async () => {
  const { backend, options, pass } = sessionSetup()
  const client = new QueryClient()
  const { container, rerender } = render(<Shop client={client} {...options} enabled={false} />)
  await pass(100)
  expect(backend.requests).toEqual([])
  rerender(<Shop client={client} {...options} enabled />)
  await pass(100)
  expect(container.textContent).toBe('{"ok":true}')
})

test('a query with skipToken is never sent', async () => {
  const { backend, options, pass } = sessionSetup()
  render(
    <Shop client={new QueryClient()} {...options}>
      <Payment skip />
    </Shop>,
  )
  await pass(100)
  expect(backend.requests).toEqual([])
})

test('an outage of the token endpoint uses up no retry of a query', async () => {
  vi.useFakeTimers()
  const { backend, options, pass } = sessionSetup()
  const client = new QueryClient({ defaultOptions: { queries: { retry: false } } })
  let isDown = true
  backend.answer(() => (isDown ? Promise.reject(new TypeError('offline')) : 'sandbox_token'))
  const fetch = (): Promise<Response> => Promise.resolve(Response.json({ ok: true }))
  const { container } = render(<Shop client={client} {...options} fetch={fetch} />)
  for (let second = 0; second < 40; second += 1) await pass(1000)
  expect(container.textContent).toBe('pending')
  expect(backend.requests.length).toBeGreaterThan(3)
  isDown = false
  for (let second = 0; second < 40; second += 1) await pass(1000)
  expect(container.textContent).toBe('{"ok":true}')
})

test('a query fails at once if the customer is signed out', async () => {
  const { backend, options, pass } = sessionSetup()
  backend.answer(new Response(null, { status: 401 }))
  const { container } = render(<Shop client={new QueryClient()} {...options} />)
  await pass(100)
  expect(container.textContent).toBe('ForageSessionError')
  expect(backend.requests).toHaveLength(1)
})
