import { ForageSessionError } from '@forage-session/core'
import type { KyInstance } from 'ky'
import { useMemo } from 'react'

import { useForageClient } from '../hooks/use-forage-client.ts'
import { useSessionScope } from '../provider/session-context.ts'
import { lastClear } from '../provider/session-watch.ts'

export interface CheckoutClient {
  readonly forage: KyInstance
  /** Throws `checkout_changed` if the session is in another checkout, or was cleared since the render. */
  readonly assertCheckout: () => void
}

/** Only TanStack Query repeats a request: ky's retries would multiply with its own, and would repeat a mutation. */
const sendOnce = { retry: 0 }

/**
 * Returns the client of a query or a mutation. The client belongs to the checkout of its render: a mutation that
 * waited for the network, or that sends several requests, sends none with the token of the next checkout or, after
 * `clear()`, of the next customer.
 */
export function useCheckoutClient(): CheckoutClient {
  const { session, checkoutId } = useSessionScope()
  const client = useForageClient(sendOnce)
  const cleared = lastClear.get(session)
  return useMemo(() => {
    const assertCheckout = (): void => {
      if (session.checkoutId === checkoutId && lastClear.get(session) === cleared) return
      throw new ForageSessionError('checkout_changed')
    }
    const fetch: typeof session.fetch = async (input, init) => {
      assertCheckout()
      return await session.fetch(input, init)
    }
    return { forage: client.extend({ fetch }), assertCheckout }
  }, [session, checkoutId, client, cleared])
}
