import { createForageSession } from '@forage-session/core'
import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { act, cleanup, render } from '@testing-library/react'
import { StrictMode, Suspense, type ReactNode } from 'react'
import { afterEach, expect, test } from 'vitest'

import {
  ForageSessionProvider,
  SessionGate,
  useForageClient,
  useForageMutation,
  useForageQuery,
  useForageSdk,
  useForageSession,
  useSessionStatus,
  useSuspenseForageSession,
} from '../src/index.ts'
import { createFakeSdk } from './fake-sdk.ts'
import { nextTask, sessionSetup } from './session-setup.ts'

afterEach(cleanup)

const { factory } = createFakeSdk()
const card = { queryKey: ['card'], queryFn: async () => 'card' } as const
const sdk = { load: async () => factory, merchantId: 'mid/123ab45c67', customerId: 'customer-hash' }

const hooks: Record<string, () => unknown> = {
  useForageSession,
  'useSessionStatus()': () => useSessionStatus(),
  'useSessionStatus(selector)': () => useSessionStatus(({ status }) => status === 'ready'),
  'useForageClient()': () => useForageClient(),
  'useForageClient(options written inline)': () =>
    useForageClient({ hooks: { beforeRequest: [() => {}] }, headers: { 'X-Step': 'pay' } }),
  useForageQuery: () => useForageQuery(card).data,
  useForageMutation: () => useForageMutation({ mutationFn: async () => 'paid' }).status,
  useSuspenseForageSession,
  useForageSdk: () => useForageSdk(sdk),
}

test.each(Object.entries(hooks))('%s causes no re-render when the token is renewed', async (_, useHook) => {
  const { backend, clock, options, pass } = sessionSetup()
  const session = createForageSession({ ...options, renewWhen: 'always' })
  let renders = 0
  function Consumer(): ReactNode {
    renders += 1
    useHook()
    return null
  }
  render(
    <StrictMode>
      <QueryClientProvider client={new QueryClient()}>
        <ForageSessionProvider session={session}>
          <SessionGate>
            <Suspense>
              <Consumer />
            </Suspense>
          </SessionGate>
        </ForageSessionProvider>
      </QueryClientProvider>
    </StrictMode>,
  )
  await pass(100)
  await nextTask()
  expect(renders).toBeGreaterThan(0)
  renders = 0
  for (let minute = 0; minute < 60; minute += 1) await pass(60_000)
  await act(() => clock.advance(100))
  expect(backend.requests.map(({ reason }) => reason)).toEqual(['first', ...Array<string>(5).fill('renewal')])
  expect(renders).toBe(0)
  session.close()
})
