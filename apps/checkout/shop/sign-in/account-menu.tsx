import { useMutation, useQueryClient, type UseMutationResult } from '@tanstack/react-query'
import type { ReactNode } from 'react'

import type { Account } from '../../src/merchant/api/shop-api.ts'
import { signOut } from '../client/shop-client.ts'
import { accountKey } from '../client/shop-queries.ts'
import { notifyTabs } from '../client/tabs.ts'

/** Shows the customer's name and signs out. Renders nothing if no customer is signed in. */
export function AccountMenu({ account }: { account: Account | null }): ReactNode {
  const leave = useSignOut()
  if (!account) return null
  return (
    <div className="account">
      <span className="account-name">{account.name}</span>
      <button type="button" className="link" onClick={() => leave.mutate()} disabled={leave.isPending}>
        Sign out
      </button>
    </div>
  )
}

/** Signs out in every tab. `useClearOnSignOut` then removes the customer's data. */
function useSignOut(): UseMutationResult<void> {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: () => signOut('/api/account'),
    onSuccess: () => {
      queries.setQueryData(accountKey(), null)
      notifyTabs(accountKey())
    },
  })
}
