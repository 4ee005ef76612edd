import { useForageSession } from '@forage-session/react'
import { useQueryClient } from '@tanstack/react-query'
import { useEffect, type ReactNode } from 'react'

import type { Account } from '../src/merchant/shop-api.ts'
import { accountKey } from './shop-queries.ts'
import { useSignOut } from './use-sign-out.ts'

/** Who is signed in; nothing while nobody is. */
export function AccountMenu({ account }: { account: Account | null }): ReactNode {
  const signOut = useSignOut()
  useNoticedSignOut(account)
  if (!account) return null
  return (
    <div className="account">
      <span className="account-name">{account.name}</span>
      <button type="button" className="link" onClick={() => signOut.mutate()} disabled={signOut.isPending}>
        Sign out
      </button>
    </div>
  )
}

/** The other way round: a token that is refused to this customer, or a sign-out that another tab did. */
function useNoticedSignOut(account: Account | null): void {
  const session = useForageSession()
  const queries = useQueryClient()
  useEffect(() => {
    return session.on((event) => {
      if (event.type === 'token-failed' && event.code === 'endpoint_rejected')
        void queries.invalidateQueries({ queryKey: accountKey() })
    })
  }, [session, queries])
  useEffect(() => {
    if (!account) session.clear()
  }, [session, account])
}
