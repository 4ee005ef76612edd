import { useForageSession } from '@forage-session/react'
import { useMutation, useQueryClient, type UseMutationResult } from '@tanstack/react-query'

import type { Account } from '../../src/merchant/api/shop-api.ts'
import { signIn } from '../api/shop-client.ts'
import { accountKey } from '../api/shop-queries.ts'
import { tellTabs } from '../api/tabs.ts'

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
