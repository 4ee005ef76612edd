import { useForageSession } from '@forage-session/react'
import { useMutation, useQueryClient, type UseMutationResult } from '@tanstack/react-query'

import type { Account } from '../src/merchant/shop-api.ts'
import { signIn } from './shop-client.ts'
import { accountKey } from './shop-queries.ts'
import { tellTabs } from './tabs.ts'

export function useSignIn(): UseMutationResult<Account, Error, string> {
  const session = useForageSession()
  const queries = useQueryClient()
  return useMutation({
    mutationFn: (id: string) => signIn('/api/account', id),
    onSuccess: (account) => {
      // What was refused to nobody may be granted now.
      session.retry()
      queries.setQueryData(accountKey(), account)
      tellTabs(accountKey())
    },
  })
}
