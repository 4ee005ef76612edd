import { useForageSession } from '@forage-session/react'
import { useQueryClient } from '@tanstack/react-query'
import { useEffect } from 'react'

import type { Account } from '../../src/merchant/api/shop-api.ts'
import { accountKey } from '../api/shop-queries.ts'

/** Nothing of a customer outlives their sign-in, in whichever tab it ended: no token, and nothing that was read. */
export function useForgetting(account: Account | null): void {
  const session = useForageSession()
  const queries = useQueryClient()
  useEffect(() => {
    return session.on((event) => {
      // No token for this customer: who is it?
      if (event.type === 'token-failed' && event.code === 'endpoint_rejected')
        void queries.invalidateQueries({ queryKey: accountKey() })
    })
  }, [session, queries])
  const id = account?.id
  useEffect(() => {
    if (id === undefined) return undefined
    return () => {
      session.clear()
      queries.removeQueries({ predicate: ({ queryKey: [name] }) => name !== 'config' && name !== 'account' })
    }
  }, [id, session, queries])
}
