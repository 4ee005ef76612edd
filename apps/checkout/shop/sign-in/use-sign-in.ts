import { useForageSession } from '@forage-session/react'
import { useMutation, useQueryClient, type UseMutationResult } from '@tanstack/react-query'

import type { Account } from '../../src/merchant/api/shop-api.ts'
import { signIn } from '../client/shop-client.ts'
import { accountKey } from '../client/shop-queries.ts'
import { notifyTabs } from '../client/tabs.ts'

/** Signs the customer in, in every tab. */
export function useSignIn(): UseMutationResult<Account, Error, string> {
  const session = useForageSession()
  const queries = useQueryClient()
  return useMutation({
    mutationFn: (id: string) => signIn('/api/account', id),
    onSuccess: (account) => {
      // The token request may have been refused because no customer was signed in.
      session.retry()
      queries.setQueryData(accountKey(), account)
      notifyTabs(accountKey())
    },
  })
}
