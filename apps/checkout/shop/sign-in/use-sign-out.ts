import { useMutation, useQueryClient, type UseMutationResult } from '@tanstack/react-query'

import { signOut } from '../api/shop-client.ts'
import { accountKey } from '../api/shop-queries.ts'
import { tellTabs } from '../api/tabs.ts'

/** In every tab: `useForgetting` does the rest. */
export function useSignOut(): UseMutationResult<void> {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: () => signOut('/api/account'),
    onSuccess: () => {
      queries.setQueryData(accountKey(), null)
      tellTabs(accountKey())
    },
  })
}
