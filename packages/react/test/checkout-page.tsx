import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { Suspense, useEffect, useLayoutEffect, useState, type ReactNode } from 'react'

import {
  ForageSessionProvider,
  useForageQuery,
  useForageSdk,
  SessionGate,
  useForageSession,
  useSessionStatus,
  type ForageSessionProviderProps,
} from '../src/index.ts'

export interface CheckoutPageProps {
  provider: ForageSessionProviderProps
  /** The SDK needs a token of a known age, unlike an initial token without lifetime. Default: true. */
  withSdk?: boolean
  /** Called in each render with the shown status. */
  onStatus?: (status: string) => void
}

/** Renders a page with every hook that shows something, for a server rendering and its hydration. */
export function CheckoutPage({
  provider,
  withSdk = true,
  onStatus = () => {},
}: CheckoutPageProps): ReactNode {
  const [client] = useState(() => new QueryClient())
  return (
    <QueryClientProvider client={client}>
      <ForageSessionProvider {...provider}>
        <Status onStatus={onStatus} />
        <Requesting />
        <SessionGate fallback={<p>gate closed</p>}>
          <Expiry />
        </SessionGate>
        <Expiry />
        <Suspense fallback="…">
          <Balance />
          {withSdk && <Sdk />}
        </Suspense>
      </ForageSessionProvider>
    </QueryClientProvider>
  )
}

function Status({ onStatus }: { onStatus: (status: string) => void }): ReactNode {
  const status = useSessionStatus()
  const isUsable = useSessionStatus((state) => state.status === 'ready')
  onStatus(status)
  return (
    <p data-usable={isUsable} className={status}>
      {status}
    </p>
  )
}

/** Requests a token in every way that an effect can. On a server no effect runs. */
function Requesting(): ReactNode {
  const session = useForageSession()
  const { getToken, fetch } = session
  useLayoutEffectInBrowsers(() => void session.getToken().catch(() => {}), [session])
  useEffect(() => {
    void getToken().catch(() => {})
    void fetch('https://api.sandbox.joinforage.app/api/orders/').catch(() => {})
  }, [getToken, fetch])
  return null
}

const useLayoutEffectInBrowsers = typeof document === 'undefined' ? useEffect : useLayoutEffect

function Balance(): ReactNode {
  const { data, isPending } = useForageQuery({
    queryKey: ['payment_method', '1f148fe399'],
    queryFn: ({ forage }) => forage.get('api/payment_methods/1f148fe399/').json(),
  })
  return <p>{isPending ? 'pending' : JSON.stringify(data)}</p>
}

function Sdk(): ReactNode {
  const { status } = useForageSdk({
    load: () => new Promise(() => {}),
    merchantId: 'mid/123ab45c67',
    customerId: 'customer-hash',
  })
  return <p>sdk {status}</p>
}

function Expiry(): ReactNode {
  const expiresAt = useSessionStatus((state) => ('expiresAt' in state ? state.expiresAt : undefined))
  return (
    <p>{expiresAt === undefined ? 'no end' : `ends ${new Date(expiresAt).toISOString().slice(11, 19)}`}</p>
  )
}
