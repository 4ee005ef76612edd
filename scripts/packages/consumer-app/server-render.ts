import { ForageSessionProvider, useForageQuery, useSessionStatus } from '@forage-session/react'
import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { createElement, type ReactNode } from 'react'
import { renderToString } from 'react-dom/server'

function Balance(): ReactNode {
  const status = useSessionStatus()
  const { isPending } = useForageQuery({
    queryKey: ['payment_method', '1f148fe399'],
    queryFn: ({ forage }) => forage.get('api/payment_methods/1f148fe399/').json(),
  })
  return createElement('p', null, `${status} ${isPending}`)
}

const provider = createElement(
  ForageSessionProvider,
  {
    tokenSource: 'https://shop.example/api/forage/session-token',
    environment: 'sandbox',
    checkoutId: 'cart-1',
    initialToken: { token: 'sandbox_of.the.consumer', expires_in: 900 },
  },
  createElement(Balance),
)
const html = renderToString(createElement(QueryClientProvider, { client: new QueryClient() }, provider))
if (html !== '<p>idle true</p>') throw new Error(`The server rendered ${html}`)

const deadlineMs = 5000
setTimeout(() => {
  throw new Error(
    `A server rendering keeps the process alive: ${process.getActiveResourcesInfo().join(', ')}`,
  )
}, deadlineMs).unref()
