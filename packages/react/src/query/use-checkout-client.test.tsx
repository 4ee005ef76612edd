import { createForageSession, isForageSessionError, type ForageSession } from '@forage-session/core'
import { createVirtualTabs, expectNoTokenLeak } from '@forage-session/core/testing'
import { dehydrate, onlineManager, QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { act, cleanup, render } from '@testing-library/react'
import { useEffect, useState, type ReactNode } from 'react'
import { afterEach, describe, expect, test } from 'vitest'

import { openShop, type QueryShop } from '../../test/query-shop.tsx'
import { sessionSetup } from '../../test/session-setup.ts'
import { useForageSession } from '../hooks/use-forage-session.ts'
import { ForageSessionProvider } from '../provider/forage-session-provider.tsx'
import { useForageMutation, type UseForageMutationOptions } from './use-forage-mutation.ts'
import { useForageQuery } from './use-forage-query.ts'

afterEach(() => {
  cleanup()
  onlineManager.setOnline(true)
})

function Pay(own: Partial<UseForageMutationOptions>): ReactNode {
  const { mutate, error, status } = useForageMutation({
    mutationFn: (_, { forage }) => forage.post('api/payments/', { json: { amount: '10.00' } }).json(),
    ...own,
  })
  return (
    <button type="button" onClick={() => mutate()}>
      {isForageSessionError(error) ? error.code : (error?.name ?? status)}
    </button>
  )
}

async function press({ container, pass }: QueryShop, ms = 100): Promise<void> {
  act(() => container.querySelector('button')?.click())
  await pass(ms)
}

test('a mutation without an available token fails once, with the error of the session', async () => {
  const shop = openShop(<Pay />)
  shop.backend.answer(() => new TypeError('offline'))
  await press(shop)
  await shop.pass(60_000)
  expect(shop.container.textContent).toBe('endpoint_unreachable')
  expect([shop.sent.length, shop.backend.requests.length]).toEqual([0, 1])
})

test.each(['put', 'delete'] as const)(
  'a failed %s is repeated neither by TanStack Query nor by ky',
  async (method) => {
    const shop = openShop(<Pay mutationFn={(_, { forage }) => forage[method]('api/orders/1/').json()} />)
    shop.api(503, 503, 503)
    await press(shop)
    await new Promise((resolve) => setTimeout(resolve, 0))
    expect(shop.container.textContent).toBe('HTTPError')
    expect(shop.sent).toEqual([`${method.toUpperCase()} /api/orders/1/`])
  },
)

test('a mutation is replayed once after a 401 about the token, and only if the replay policy permits it', async () => {
  const shop = openShop(<Pay />, { replay: () => false })
  await press(shop, 10)
  shop.api(401)
  await shop.pass(100)
  expect([shop.container.textContent, shop.sent.length]).toEqual(['HTTPError', 1])

  const permitted = openShop(<Pay />, { replay: 'all' })
  permitted.api(401)
  await press(permitted)
  expect([permitted.container.textContent, permitted.sent.length]).toEqual(['success', 2])
})

test('a mutation that waited for the network is not sent in another checkout', async () => {
  const shop = openShop(<Pay />, { checkoutId: 'cart-1' })
  onlineManager.setOnline(false)
  await press(shop)
  shop.show({ checkoutId: 'cart-2' })
  onlineManager.setOnline(true)
  await shop.pass(100)
  expect(shop.sent).toEqual([])
  expect(shop.container.textContent).toBe('idle')
  const [paused] = shop.client.getMutationCache().getAll()
  expect(paused?.state).toMatchObject({ status: 'error', error: { code: 'checkout_changed' } })
})

test('a mutation of an unmounted component is not sent in another checkout either', async () => {
  function Step(): ReactNode {
    const [isOpen, setOpen] = useState(true)
    return isOpen ? <Pay onMutate={() => setOpen(false)} /> : null
  }
  const shop = openShop(<Step />, { checkoutId: 'cart-1' })
  onlineManager.setOnline(false)
  await press(shop)
  shop.show({ checkoutId: 'cart-2' })
  onlineManager.setOnline(true)
  await shop.pass(100)
  expect(shop.sent).toEqual([])
})

test('a mutation that waited for the network is sent once in the same checkout', async () => {
  const shop = openShop(<Pay />, { checkoutId: 'cart-1' })
  onlineManager.setOnline(false)
  await press(shop)
  expect(shop.container.textContent).toBe('pending')
  onlineManager.setOnline(true)
  await shop.pass(100)
  expect([shop.container.textContent, shop.sent.length]).toEqual(['success', 1])
})

test('the second request of a mutation is not sent with the token of the next checkout', async () => {
  let proceed = (): void => {}
  const between = new Promise<void>((resolve) => (proceed = resolve))
  const codes: unknown[] = []
  const shop = openShop(
    <Pay
      mutationFn={async (_, { forage }) => {
        await forage.post('api/payment_methods/').json()
        await between
        return await forage.post('api/payments/').json()
      }}
      onError={(error) => codes.push(isForageSessionError(error) && error.code)}
    />,
    { checkoutId: 'cart-1' },
  )
  await press(shop)
  shop.show({ checkoutId: 'cart-2' })
  proceed()
  await shop.pass(100)
  expect(shop.sent).toEqual(['POST /api/payment_methods/'])
  expect(codes).toEqual(['checkout_changed'])
})

describe('after clear(), although the next customer has the same checkout', () => {
  let session!: ForageSession
  function Hold(): ReactNode {
    const own = useForageSession()
    useEffect(() => void (session = own), [own])
    return null
  }

  test.each([undefined, 'cart-1'])(
    'a mutation that waited for the network is not sent (checkoutId %s)',
    async (checkoutId) => {
      const shop = openShop([<Hold key="hold" />, <Pay key="pay" />], checkoutId ? { checkoutId } : {})
      onlineManager.setOnline(false)
      await press(shop)
      act(() => session.clear())
      onlineManager.setOnline(true)
      await shop.pass(100)
      expect(shop.sent).toEqual([])
      expect(shop.client.getMutationCache().getAll()[0]?.state).toMatchObject({
        status: 'error',
        error: { code: 'checkout_changed' },
      })
      await press(shop)
      expect([shop.container.textContent, shop.sent.length]).toEqual(['success', 1])
    },
  )

  test('the second request of a mutation is not sent', async () => {
    let proceed = (): void => {}
    const between = new Promise<void>((resolve) => (proceed = resolve))
    const codes: unknown[] = []
    const pay = (
      <Pay
        key="pay"
        mutationFn={async (_, { forage }) => {
          await forage.post('api/payment_methods/').json()
          await between
          return await forage.post('api/payments/').json()
        }}
        onError={(error) => codes.push(isForageSessionError(error) && error.code)}
      />
    )
    const shop = openShop([<Hold key="hold" />, pay], { checkoutId: 'cart-1' })
    await press(shop)
    act(() => session.clear())
    proceed()
    await shop.pass(100)
    expect(shop.sent).toEqual(['POST /api/payment_methods/'])
    expect(codes).toEqual(['checkout_changed'])
  })
})

test('the callbacks of a payment are called even if the checkout has changed', async () => {
  let answer!: (response: Response) => void
  const heard: unknown[] = []
  const shop = openShop(<Pay onSuccess={(data) => heard.push(data)} />, { checkoutId: 'cart-1' })
  shop.api(new Promise((resolve) => (answer = resolve)))
  await press(shop)
  shop.show({ checkoutId: 'cart-2' })
  answer(Response.json({ ref: '0ddbcda871' }))
  await shop.pass(100)
  expect(heard).toEqual([{ ref: '0ddbcda871' }])
  expect(shop.container.textContent).toBe('idle')
})

test('a change of the checkout removes the results of its mutations only', async () => {
  const shop = openShop(<Pay mutationKey={['pay']} />, { checkoutId: 'cart-1' })
  await press(shop)
  const cache = shop.client.getMutationCache()
  await cache
    .build(shop.client, { mutationKey: ['rate us'], mutationFn: () => Promise.resolve(5) })
    .execute({})
  expect(cache.find({ mutationKey: ['forage', 'cart-1', 'pay'] })?.state.status).toBe('success')
  shop.show({ checkoutId: 'cart-2' })
  expect(cache.getAll().map(({ options }) => options.mutationKey)).toEqual([['rate us']])
  expect(shop.container.textContent).toBe('idle')
})

function Order({ id = '1' }: { id?: string }): ReactNode {
  const { data, error } = useForageQuery({
    queryKey: ['order', id],
    queryFn: ({ forage }) => forage.get(`api/orders/${id}/`).json(),
  })
  return <p>{error?.name ?? (data ? 'read' : 'pending')}</p>
}

/** An API that never answers, and the signals of its requests. */
function hangingApi(): { fetch: typeof fetch; signals: AbortSignal[] } {
  const signals: AbortSignal[] = []
  const fetch: typeof globalThis.fetch = (input, init) => {
    const signal = init?.signal ?? (input as Request).signal
    signals.push(signal)
    return new Promise((_, reject) => {
      signal.addEventListener('abort', () => reject(signal.reason as Error))
    })
  }
  return { fetch, signals }
}

test.each([
  ['the component is gone', (shop: QueryShop) => shop.unmount()],
  ['the query is canceled', (shop: QueryShop) => void shop.client.cancelQueries({ queryKey: ['forage'] })],
  ['the checkout changes', (shop: QueryShop) => shop.show({ checkoutId: 'cart-2' })],
])('a request is aborted automatically when %s', async (_, end) => {
  const { fetch, signals } = hangingApi()
  const shop = openShop(<Order />, { fetch, checkoutId: 'cart-1' })
  await shop.pass(100)
  expect(signals.map(({ aborted }) => aborted)).toEqual([false])
  end(shop)
  await shop.pass(0)
  expect(signals[0]?.aborted).toBe(true)
})

test('canceling one query leaves a shared token request running for the other query', async () => {
  const requested: AbortSignal[] = []
  let answer!: (token: string) => void
  const tokenSource = ({ signal }: { signal: AbortSignal }): Promise<string> => {
    requested.push(signal)
    return new Promise((resolve) => (answer = resolve))
  }
  const shop = openShop(
    <>
      <Order id="1" />
      <Order id="2" />
    </>,
    { tokenSource, fetch: () => Promise.resolve(Response.json({})) },
  )
  await shop.pass(100)
  const canceled = shop.client.cancelQueries({ queryKey: ['forage', undefined, 'order', '1'] })
  await act(() => canceled)
  expect(requested.map(({ aborted }) => aborted)).toEqual([false])
  answer('sandbox_token')
  await shop.pass(100)
  expect(shop.container.textContent).toBe('pendingread')
})

test('a change of the checkout removes its active, inactive and pending queries, and no others', async () => {
  const shop = openShop(<Order />, { checkoutId: 'cart-1' })
  await shop.pass(100)
  const inactive = ['forage', 'cart-1', 'balance']
  shop.client.setQueryData(inactive, { snap: '100.00' })
  shop.client.setQueryData(['shop', 'cart-1'], 'kept')
  shop.client.setQueryData(['forage', 'cart-10', 'balance'], 'kept')
  shop.show({ checkoutId: 'cart-2' })
  await shop.pass(100)
  const keys = shop.client
    .getQueryCache()
    .getAll()
    .map(({ queryHash }) => queryHash)
  expect(keys.toSorted()).toEqual([
    '["forage","cart-10","balance"]',
    '["forage","cart-2","order","1"]',
    '["shop","cart-1"]',
  ])
})

test('setCheckout of a given session removes the old queries and reads the new ones', async () => {
  const { options, backend, pass } = sessionSetup()
  const session = createForageSession({ ...options, checkoutId: 'cart-1', share: 'off' })
  const client = new QueryClient()
  const { container } = render(
    <QueryClientProvider client={client}>
      <ForageSessionProvider session={session}>
        <Order />
      </ForageSessionProvider>
    </QueryClientProvider>,
  )
  await pass(100)
  client.setQueryData(['forage', 'cart-1', 'balance'], { snap: '100.00' })
  act(() => session.setCheckout('cart-2'))
  await pass(10)
  expect(container.textContent).toBe('pending')
  expect(client.getQueryData(['forage', 'cart-1', 'balance'])).toBeUndefined()
  await pass(100)
  expect(container.textContent).toBe('read')
  expect(backend.requests.map(({ checkoutId }) => checkoutId)).toEqual(['cart-1', 'cart-2'])
})

test('clear() removes the queries and the finished mutations of its checkout, and no others', async () => {
  let session!: ForageSession
  function Hold(): ReactNode {
    const own = useForageSession()
    useEffect(() => void (session = own), [own])
    return null
  }
  const shop = openShop(
    <>
      <Hold />
      <Pay mutationKey={['pay']} />
      <Order />
    </>,
    { checkoutId: 'cart-1' },
  )
  await press(shop)
  expect(shop.container.textContent).toBe('successread')
  shop.client.setQueryData(['forage', 'cart-1', 'balance'], { snap: '100.00' })
  shop.client.setQueryData(['products'], 'all')
  shop.backend.answer(() => new Response(null, { status: 401 }))
  act(() => session.clear())
  expect(shop.container.textContent).toBe('idlepending')
  expect(shop.client.getMutationCache().getAll()).toEqual([])
  await shop.pass(100)
  const states = shop.client
    .getQueryCache()
    .getAll()
    .map(({ queryKey, state }) => [queryKey, state.data])
  expect(states).toEqual([
    [['products'], 'all'],
    [['forage', 'cart-1', 'order', '1'], undefined],
  ])
  expect(shop.container.textContent).toBe('idleForageSessionError')
})

/** Two tabs with one session each. They hear each other through a channel. */
function openTwoTabs(): {
  client: QueryClient
  session: ForageSession
  pass: (ms: number) => Promise<void>
}[] {
  const { options, clock, pass } = sessionSetup()
  const tabs = createVirtualTabs(2, { clock })
  return tabs.map(({ lifecycle, openChannel }) => {
    const platform = { ...options.platform, lifecycle, openChannel }
    const session = createForageSession({ ...options, checkoutId: 'cart-1', platform })
    const client = new QueryClient()
    return { client, session, pass }
  })
}

test('clear() removes the data in another tab that hears of it, also while no provider is mounted there', async () => {
  const [first, second] = openTwoTabs()
  const { pass } = first!
  const { client, session } = second!
  const page = (
    <QueryClientProvider client={client}>
      <ForageSessionProvider session={session}>
        <Order />
      </ForageSessionProvider>
    </QueryClientProvider>
  )
  const { container, unmount } = render(page)
  await act(() => Promise.all([first!.session.getToken(), pass(1500)]))
  await pass(100)
  expect(container.textContent).toBe('read')
  act(() => first!.session.clear())
  await pass(10)
  expect(client.getQueryData(['forage', 'cart-1', 'order', '1'])).toBeUndefined()
  expect(container.textContent).toBe('pending')

  await pass(2000)
  expect(container.textContent).toBe('read')
  unmount()
  await act(() => Promise.all([first!.session.getToken(), pass(1500)]))
  act(() => first!.session.clear())
  await pass(10)
  expect(client.getQueryCache().getAll()).toEqual([])
  for (const tab of [first!, second!]) tab.session.close()
})

test('a page from the back/forward cache reads its data again, and keeps the result of a payment', async () => {
  const { options, clock, backend, pass } = sessionSetup()
  const [tab] = createVirtualTabs(1, { clock })
  const { lifecycle, openChannel } = tab!
  const platform = { ...options.platform, lifecycle, openChannel }
  const session = createForageSession({ ...options, checkoutId: 'cart-1', platform })
  const client = new QueryClient()
  const { container } = render(
    <QueryClientProvider client={client}>
      <ForageSessionProvider session={session}>
        <Order />
      </ForageSessionProvider>
    </QueryClientProvider>,
  )
  await act(() => Promise.all([session.getToken(), pass(100)]))
  expect(container.textContent).toBe('read')
  client.getMutationCache().build(client, { mutationKey: ['forage', 'cart-1', 'pay'] })
  lifecycle.emit('pagehide')
  backend.answer(() => new Response(null, { status: 401 }))
  act(() => lifecycle.emit('pageshow'))
  expect(client.getQueryData(['forage', 'cart-1', 'order', '1'])).toBeUndefined()
  await pass(100)
  expect(container.textContent).toBe('ForageSessionError')
  expect(client.getMutationCache().getAll()).toHaveLength(1)
  session.close()
})

test('a sign-out without a token removes the data as well', async () => {
  const { options, pass } = sessionSetup()
  const session = createForageSession({ ...options, checkoutId: 'cart-1' })
  const client = new QueryClient()
  client.setQueryData(['forage', 'cart-1', 'balance'], { snap: '100.00' })
  render(
    <QueryClientProvider client={client}>
      <ForageSessionProvider session={session} />
    </QueryClientProvider>,
  )
  await pass(0)
  session.clear()
  expect(client.getQueryCache().getAll()).toEqual([])
  session.close()
})

test('a persisted cache contains no token after successful and failed queries and mutations', async () => {
  const shop = openShop(
    <>
      <Pay />
      <Order />
      <Order id="2" />
    </>,
    { client: new QueryClient({ defaultOptions: { queries: { retry: false } } }) },
  )
  shop.api(200, 401)
  await shop.pass(100)
  shop.api(401, 500)
  await press(shop)
  shop.backend.revoke()
  shop.backend.answer(new Response('<html>sandbox_token-3</html>', { status: 401 }))
  void shop.client.refetchQueries()
  await shop.pass(5000)
  const all = { shouldDehydrateQuery: () => true, shouldDehydrateMutation: () => true }
  const dehydrated = dehydrate(shop.client, all)
  expect([dehydrated.queries.length, dehydrated.mutations.length]).toEqual([2, 1])
  expectNoTokenLeak({
    tokens: ['sandbox_token-1', 'sandbox_token-2', 'sandbox_token-3'],
    dehydrated,
    queries: shop.client
      .getQueryCache()
      .getAll()
      .map(({ state }) => state),
    mutations: shop.client
      .getMutationCache()
      .getAll()
      .map(({ state }) => state),
    html: document.body.innerHTML,
  })
})
