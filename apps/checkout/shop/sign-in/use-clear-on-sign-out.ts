import { useForageSession } from '@forage-session/react'
import { useQueryClient } from '@tanstack/react-query'
import { useEffect } from 'react'

import type { Account } from '../../src/merchant/api/shop-api.ts'
import { accountKey } from '../client/shop-queries.ts'

/** Removes the customer's token and data when the sign-in ends, also if it ends in another tab. */
export function useClearOnSignOut(account: Account | null): void {
  const session = useForageSession()
  const queries = useQueryClient()
  useEffect(() => {
    return session.on((event) => {
      // The endpoint refused a token, so check whether the customer is still signed in.
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
