import { useQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'

import { CheckoutPage } from './checkout-page.tsx'
import { Notice } from './notice.tsx'
import { readConfig } from './shop-client.ts'

export function Shop(): ReactNode {
  const config = useQuery({ queryKey: ['config'], queryFn: readConfig, staleTime: Infinity })
  return (
    <div className="page">
      <header className="header">
        <p className="brand">Harvest Lane Market</p>
        <p className="tagline muted small">Secure checkout</p>
      </header>
      {config.data && <CheckoutPage config={config.data} />}
      {config.isPending && <output className="status">Opening the shop…</output>}
      {config.isError && (
        <Notice tone="error" title="The shop cannot be opened">
          <p>{config.error.message}</p>
          <button type="button" className="quiet" onClick={() => void config.refetch()}>
            Try again
          </button>
        </Notice>
      )}
    </div>
  )
}
