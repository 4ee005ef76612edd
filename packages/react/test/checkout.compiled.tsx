import type { TokenSource } from '@forage-session/core'
import { useState, type ReactNode } from 'react'

import { ForageSessionProvider, useForageQuery, useForageSession, useSessionStatus } from '../src/index.ts'
import type { OwnSessionOptions } from '../src/provider/use-own-session.ts'

export interface CompiledCheckoutProps {
  options: OwnSessionOptions
  tokenSource: TokenSource
  children: ReactNode
}

/** Typical code: inline functions, and no manual memoization. */
export function CompiledCheckout({ options, tokenSource, children }: CompiledCheckoutProps): ReactNode {
  return (
    <ForageSessionProvider {...options} tokenSource={(request) => tokenSource(request)}>
      {children}
    </ForageSessionProvider>
  )
}

export function CompiledBalance({ cardRef }: { cardRef: string }): ReactNode {
  const status = useSessionStatus()
  const isUsable = useSessionStatus((state) => state.status === 'ready')
  const { getToken } = useForageSession()
  const [clicks, setClicks] = useState(0)
  const { data } = useForageQuery({
    queryKey: ['payment_method', cardRef],
    queryFn: ({ forage }) => forage.get(`api/payment_methods/${cardRef}/`).json(),
  })
  const renew = (): void => {
    void getToken({ minValidityMs: 450_000 })
    setClicks(clicks + 1)
  }
  return <button onClick={renew}>{`${status} ${isUsable} ${JSON.stringify(data)} ${clicks}`}</button>
}
