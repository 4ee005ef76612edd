import { useMutation, useQueryClient, type UseMutationResult } from '@tanstack/react-query'

import { signOut } from './shop-client.ts'
import { accountKey } from './shop-queries.ts'
import { tellTabs } from './tabs.ts'

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
