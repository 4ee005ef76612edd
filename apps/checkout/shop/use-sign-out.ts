import { useForageSession } from '@forage-session/react'
import { useMutation, useQueryClient, type UseMutationResult } from '@tanstack/react-query'

import { signOut } from './shop-client.ts'
import { accountKey } from './shop-queries.ts'
import { tellTabs } from './tabs.ts'

/** The cookie and what was read with it are gone in every tab, and so are the session's tokens. */
export function useSignOut(): UseMutationResult<void> {
  const session = useForageSession()
  const queries = useQueryClient()
  return useMutation({
    mutationFn: () => signOut('/api/account'),
    onSuccess: () => {
      session.clear()
      queries.setQueryData(accountKey(), null)
      queries.removeQueries({ predicate: ({ queryKey: [name] }) => name !== 'config' && name !== 'account' })
      tellTabs(accountKey())
    },
  })
}
