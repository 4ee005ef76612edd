import type { ReactNode } from 'react'

import type { Account } from '../../src/merchant/api/shop-api.ts'
import { useSignOut } from './use-sign-out.ts'

/** Who is signed in; nothing while nobody is. */
export function AccountMenu({ account }: { account: Account | null }): ReactNode {
  const signOut = useSignOut()
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
