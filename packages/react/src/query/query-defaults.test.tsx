import { createForageSession, type ForageSession } from '@forage-session/core'
import { QueryClient, QueryClientProvider, useQuery } from '@tanstack/react-query'
import { act, cleanup, render } from '@testing-library/react'
import type { ReactNode } from 'react'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'

import { forageQueryDefaults } from './query-defaults.ts'

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  cleanup()
  vi.useRealTimers()
})

interface Plain {
  session: ForageSession
  sent: string[]
  tokenRequests: number[]
  end(): void
}

/** A session on the page's clock, with an endpoint that is down and an API that answers 500. */
function plainSession(status = 503): Plain {
  let isDown = true
  const sent: string[] = []
  const tokenRequests: number[] = []
  const session = createForageSession({
    environment: 'sandbox',
    share: 'off',
    random: () => 0,
    tokenSource: () => {
      tokenRequests.push(Date.now())
      return Promise.resolve(isDown ? new Response(null, { status }) : 'sandbox_token')
    },
    fetch: (input) => {
      sent.push(new URL((input as Request).url ?? input).pathname)
      return Promise.resolve(new Response(null, { status: 500 }))
    },
  })
  return { session, sent, tokenRequests, end: () => void (isDown = false) }
}

function Order({ session, id }: { session: ForageSession; id: string }): ReactNode {
  const { error, isPending } = useQuery({
    queryKey: [id],
    queryFn: async ({ signal }) => {
      const response = await session.fetch(`https://api.sandbox.joinforage.app/${id}/`, { signal })
      if (!response.ok) throw new Error(`HTTP ${response.status}`)
      return await response.text()
    },
  })
  return <p>{error?.message.slice(0, 8) ?? (isPending ? 'pending' : 'read')}</p>
}

function clientOf({ session }: Plain): QueryClient {
  return new QueryClient({ defaultOptions: forageQueryDefaults(session) })
}

function open(plain: Plain, ids: string[], client = clientOf(plain)): ReturnType<typeof render> {
  return render(
    <QueryClientProvider client={client}>
      {ids.map((id) => (
        <Order key={id} session={plain.session} id={id} />
      ))}
    </QueryClientProvider>,
  )
}

function seconds(count: number): Promise<unknown> {
  return act(() => vi.advanceTimersByTimeAsync(count * 1000))
}

test('a plain query keeps all its retries over an outage of the token endpoint', async () => {
  const plain = plainSession()
  const { container } = open(plain, ['order-1', 'order-2'])
  await seconds(40)
  expect(container.textContent).toBe('pendingpending')
  expect(plain.sent).toEqual([])
  plain.end()
  await seconds(120)
  expect(container.textContent).toBe('HTTP 500HTTP 500')
  expect(plain.sent.filter((path) => path === '/order-1/')).toHaveLength(4)
  expect(plain.sent.filter((path) => path === '/order-2/')).toHaveLength(4)
  plain.session.close()
})

test('a plain query asks again at retryAt, all of them with one token request', async () => {
  const plain = plainSession()
  open(plain, ['order-1', 'order-2', 'order-3'])
  await seconds(8)
  const [first = 0, ...later] = plain.tokenRequests
  expect(later.map((at) => at - first)).toEqual([1000, 3000, 7000])
  plain.session.close()
})

test('a plain query of a customer who is signed out fails at once', async () => {
  const plain = plainSession(401)
  const { container } = open(plain, ['order-1'])
  await seconds(0.1)
  expect(container.textContent).not.toBe('pending')
  expect(plain.tokenRequests).toHaveLength(1)
  plain.session.close()
})

test('after an outage that a query outlived, another one has no retries more', async () => {
  const plain = plainSession()
  const client = clientOf(plain)
  const { rerender } = open(plain, ['order-1'], client)
  await seconds(40)
  plain.end()
  await seconds(120)
  plain.sent.length = 0
  rerender(
    <QueryClientProvider client={client}>
      <Order session={plain.session} id="order-9" />
    </QueryClientProvider>,
  )
  await seconds(60)
  expect(plain.sent).toHaveLength(4)
  plain.session.close()
})
