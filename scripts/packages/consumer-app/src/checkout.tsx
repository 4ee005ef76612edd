import {
  ForageSessionProvider,
  useForageQuery,
  useForageSession,
  useSessionStatus,
} from '@forage-session/react'
import type { ReactNode } from 'react'

function Balance({ cardRef }: { cardRef: string }): ReactNode {
  const status = useSessionStatus()
  const { getToken } = useForageSession()
  const { data } = useForageQuery({
    queryKey: ['payment_method', cardRef],
    queryFn: ({ forage }) => forage.get(`api/payment_methods/${cardRef}/`).json<{ balance: string }>(),
  })
  return (
    <button onClick={() => void getToken()}>
      {data?.balance} ({status})
    </button>
  )
}

/** This file is only compiled, with the types of each supported React. */
export function Checkout({ cartId }: { cartId: string }): ReactNode {
  return (
    <ForageSessionProvider
      tokenSource="/api/forage/session-token"
      environment="sandbox"
      checkoutId={cartId}
      initialToken={{ token: 'sandbox_of.the.consumer', expires_in: 900 }}
    >
      <Balance cardRef="1f148fe399" />
    </ForageSessionProvider>
  )
}
