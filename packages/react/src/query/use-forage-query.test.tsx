import { createForageSession, type ForageSession } from '@forage-session/core'
import { keepPreviousData, QueryClient, QueryClientProvider, skipToken } from '@tanstack/react-query'
import { act, cleanup, render } from '@testing-library/react'
import { StrictMode, type ReactNode } from 'react'
import { afterEach, expect, test, vi } from 'vitest'

import { sessionSetup } from '../../test/session-setup.ts'
import { ForageSessionProvider } from '../provider/forage-session-provider.tsx'
import type { OwnSessionOptions } from '../provider/use-own-session.ts'
import { useForageQuery, type UseForageQueryOptions } from './use-forage-query.ts'

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

type Placeholder = Pick<UseForageQueryOptions<string>, 'placeholderData'>

/** Shows a page of a list. The queryFn returns the checkout and the page. */
function List({ page, shown, session, own }: ListProps): ReactNode {
  const { data } = useForageQuery({
    ...own,
    queryKey: ['list', page],
    queryFn: async () => {
      await session.getToken()
      return `${session.checkoutId} ${page}`
    },
  })
  const text = data ?? 'pending'
  if (shown.at(-1) !== text) shown.push(text)
  return null
}

interface ListProps {
  page: number
  shown: string[]
  session: ForageSession
  own: Placeholder
}

interface ListShop {
  shown: string[]
  session: ForageSession
  show: (page: number) => void
  pass: (ms: number) => Promise<void>
}

async function openList(own: Placeholder, defaults: Placeholder = {}): Promise<ListShop> {
  const { options, pass } = sessionSetup()
  const session = createForageSession({ ...options, checkoutId: 'cart-1' })
  const client = new QueryClient({ defaultOptions: { queries: defaults } })
  const shown: string[] = []
  const tree = (page: number): ReactNode => (
    <QueryClientProvider client={client}>
      <ForageSessionProvider session={session}>
        <List page={page} shown={shown} session={session} own={own} />
      </ForageSessionProvider>
    </QueryClientProvider>
  )
  const { rerender } = render(tree(1))
  await pass(100)
  return { shown, session, pass, show: (page) => rerender(tree(page)) }
}

const addedTo = (data: string | undefined): string => `${data ?? 'nothing'} again`

test.each<[string, Placeholder, Placeholder]>([
  ['as an option', { placeholderData: keepPreviousData }, {}],
  ['as a default of the app', {}, { placeholderData: keepPreviousData }],
])('keepPreviousData %s keeps the data of the same checkout only', async (_, own, defaults) => {
  const { shown, session, show, pass } = await openList(own, defaults)
  show(2)
  await pass(100)
  expect(shown).toEqual(['pending', 'cart-1 1', 'cart-1 2'])
  act(() => session.setCheckout('cart-2'))
  await pass(100)
  show(3)
  await pass(100)
  expect(shown.slice(3)).toEqual(['pending', 'cart-2 2', 'cart-2 3'])
})

test('a placeholderData function gets the previous data of the same checkout only', async () => {
  const { shown, session, show, pass } = await openList({ placeholderData: addedTo })
  show(2)
  await pass(100)
  act(() => session.setCheckout('cart-2'))
  await pass(100)
  expect(shown).toEqual([
    'nothing again',
    'cart-1 1',
    'cart-1 1 again',
    'cart-1 2',
    'nothing again',
    'cart-2 2',
  ])
})

test('a placeholderData value is shown in each checkout', async () => {
  const { shown, session, pass } = await openList({ placeholderData: 'skeleton' })
  act(() => session.setCheckout('cart-2'))
  await pass(100)
  expect(shown).toEqual(['skeleton', 'cart-1 1', 'skeleton', 'cart-2 1'])
})

test('after clear() keepPreviousData shows no data from before it', async () => {
  const { shown, session, show, pass } = await openList({ placeholderData: keepPreviousData })
  show(2)
  await pass(100)
  act(() => session.clear())
  expect(shown.slice(3)).toEqual(['pending'])
  await pass(100)
  show(3)
  await pass(100)
  expect(shown.slice(3)).toEqual(['pending', 'cart-1 2', 'cart-1 3'])
})

test('a query that failed because the customer was signed out is sent again when a token arrives', async () => {
  const { backend, options, pass } = sessionSetup()
  backend.answer(new Response(null, { status: 401 }))
  const session = createForageSession(options)
  const client = new QueryClient()
  const { container } = render(
    <QueryClientProvider client={client}>
      <ForageSessionProvider session={session}>
        <Payment />
      </ForageSessionProvider>
    </QueryClientProvider>,
  )
  await pass(100)
  expect(container.textContent).toBe('ForageSessionError')
  act(() => session.retry())
  await pass(100)
  expect(container.textContent).toBe('{"ok":true}')
  expect(backend.requests).toHaveLength(2)
})

/** An API that refuses each token until it is opened. */
function refusingApi(): { fetch: typeof fetch; sent: string[]; open: () => void } {
  const sent: string[] = []
  let isOpen = false
  return {
    sent,
    open: () => void (isOpen = true),
    fetch: (input) => {
      sent.push(new URL((input as Request).url).pathname)
      return Promise.resolve(isOpen ? Response.json({ ok: true }) : new Response('{}', { status: 401 }))
    },
  }
}

function Order({ id }: { id: number }): ReactNode {
  const { data, error } = useForageQuery({
    queryKey: ['order', id],
    queryFn: ({ forage }) => forage.get(`api/orders/${id}/`).json(),
    retry: false,
  })
  return <p>{error?.name ?? (data ? 'read' : 'pending')}</p>
}

test('a query whose 401 could not be renewed is sent again when the customer has signed in again', async () => {
  const { backend, options, pass } = sessionSetup()
  const { sent, open, fetch } = refusingApi()
  const session = createForageSession({ ...options, fetch })
  const client = new QueryClient()
  await act(() => Promise.all([session.getToken(), pass(50)]))
  backend.answer(new Response(null, { status: 401 }))
  const { container } = render(
    <QueryClientProvider client={client}>
      <ForageSessionProvider session={session}>
        <Order id={1} />
      </ForageSessionProvider>
    </QueryClientProvider>,
  )
  await pass(100)
  expect([container.textContent, sent.length]).toEqual(['HTTPError', 1])
  open()
  act(() => session.retry())
  await pass(100)
  expect(container.textContent).toBe('read')
})

test('two queries that the API refuses with each token do not renew it for each other without end', async () => {
  const { backend, options, pass } = sessionSetup()
  const { fetch, sent } = refusingApi()
  const { container } = render(
    <Shop client={new QueryClient()} {...options} fetch={fetch}>
      <Order id={1} />
      <Order id={2} />
    </Shop>,
  )
  for (let second = 0; second < 20; second += 1) await pass(1000)
  expect(container.textContent).toBe('HTTPErrorHTTPError')
  expect(backend.requests.length).toBeLessThanOrEqual(4)
  expect(sent.length).toBeLessThanOrEqual(8)
})
