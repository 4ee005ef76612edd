import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { act, cleanup, render } from '@testing-library/react'
import type { ReactNode } from 'react'
import { afterEach, expect, test } from 'vitest'

import { openShop } from '../../test/query-shop.tsx'
import { sessionSetup } from '../../test/session-setup.ts'
import { ForageSessionProvider } from '../provider/forage-session-provider.tsx'
import { useForageMutation } from './use-forage-mutation.ts'

afterEach(cleanup)

test('a mutation gets its variables and a client that replays a 401 about the token', async () => {
  const { backend, options, pass } = sessionSetup()
  const bodies: unknown[] = []
  function Card(): ReactNode {
    const { mutate, data } = useForageMutation({
      mutationFn: (number: string, { forage }) =>
        forage.post('api/payment_methods/', { json: { card: { number } } }).json<{ ok: boolean }>(),
    })
    return (
      <button type="button" onClick={() => mutate('9999420000000000')}>
        {data ? 'saved' : 'save'}
      </button>
    )
  }
  const fetch: typeof globalThis.fetch = async (input, init) => {
    bodies.push(await new Response(init?.body ?? (input as Request).clone().body).json())
    const response = await backend.fetch(input, init)
    return response
  }
  const { getByRole } = render(
    <QueryClientProvider client={new QueryClient()}>
      <ForageSessionProvider {...options} fetch={fetch}>
        <Card />
      </ForageSessionProvider>
    </QueryClientProvider>,
  )
  act(() => getByRole('button').click())
  await pass(40)
  backend.answer({ token: 'sandbox_refused', expires_in: 900 })
  await pass(100)
  expect(getByRole('button').textContent).toBe('saved')
  expect(bodies).toEqual([{ card: { number: '9999420000000000' } }, { card: { number: '9999420000000000' } }])
  expect(backend.requests.map(({ reason }) => reason)).toEqual(['first', 'rejected'])
})

test.each([
  ['not repeated', undefined, 1],
  ['repeated as often as its own retry option says', 2, 3],
])('despite the defaults of the app, a failed mutation is %s', async (_, retry, requests) => {
  function Capture(): ReactNode {
    const { mutate } = useForageMutation({
      ...(retry !== undefined && { retry }),
      mutationFn: (_variables: void, { forage }) => forage.post('api/payments/0ddbcda871/capture/').json(),
    })
    return <button type="button" aria-label="Capture" onClick={() => mutate()} />
  }
  const client = new QueryClient({ defaultOptions: { mutations: { retry: 3, retryDelay: 0 } } })
  const shop = openShop(<Capture />, { client })
  shop.api(500, 500, 500, 500)
  act(() => shop.container.querySelector('button')?.click())
  for (let attempt = 0; attempt < 8; attempt += 1) await shop.pass(50)
  expect(shop.sent).toHaveLength(requests)
})
