import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { act, cleanup, render } from '@testing-library/react'
import type { ReactNode } from 'react'
import { afterEach, expect, test } from 'vitest'

import { sessionSetup } from '../test/session-setup.ts'
import { ForageSessionProvider } from './forage-session-provider.tsx'
import { useForageMutation } from './use-forage-mutation.ts'

afterEach(cleanup)

test('a mutation gets its variables and a client whose 401 about the token is replayed', async () => {
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
