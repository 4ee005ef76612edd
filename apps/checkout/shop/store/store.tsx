import { useMutation, useQueryClient } from '@tanstack/react-query'
import type { ReactNode } from 'react'

import { shopProblemOf, signIn, signOut } from '../client/shop-client.ts'
import { accountKey, storeOrdersKey, useAccount } from '../client/shop-queries.ts'
import { Loading } from '../ui/loading.tsx'
import { PrimaryButton } from '../ui/primary-button.tsx'
import { ShopProblemNotice } from '../ui/shop-problem-notice.tsx'
import { StepHeading } from '../ui/step-heading.tsx'
import { TryAgain } from '../ui/try-again.tsx'
import { StoreOrders } from './store-orders.tsx'

const path = '/api/store/account'

/** The page for the merchant's staff, with the latest orders and their refunds. */
export function Store(): ReactNode {
  const account = useAccount(path)
  return (
    <div className="page">
      <header className="header">
        <a className="brand" href="/store">
          Harvest Lane Market <span className="muted">Orders</span>
        </a>
        {account.data && <SignOut name={account.data.name} />}
      </header>
      {account.data && <StoreOrders />}
      {!account.data && (
        <main className="step alone">
          {account.data === null && <StaffSignIn />}
          {account.isPending && <Loading>Loading the orders…</Loading>}
          {account.isError && (
            <TryAgain
              title="We could not open the orders"
              whatToDo={shopProblemOf(account.error).whatToDo}
              onRetry={() => account.refetch()}
            />
          )}
        </main>
      )}
    </div>
  )
}

function StaffSignIn(): ReactNode {
  const queries = useQueryClient()
  const enter = useMutation({
    mutationFn: () => signIn(path, 'store'),
    onSuccess: (account) => queries.setQueryData(accountKey(path), account),
  })
  return (
    <>
      <StepHeading>Staff sign-in</StepHeading>
      <p className="lead">Sign in to see orders and make refunds. This is a demo, so you need no password.</p>
      <ShopProblemNotice error={enter.error} />
      <div className="actions">
        <PrimaryButton isDisabled={enter.isPending} onPress={() => enter.mutateAsync()}>
          Sign in as store manager
        </PrimaryButton>
      </div>
    </>
  )
}

function SignOut({ name }: { name: string }): ReactNode {
  const queries = useQueryClient()
  const leave = useMutation({
    mutationFn: () => signOut(path),
    onSuccess: () => {
      queries.setQueryData(accountKey(path), null)
      queries.removeQueries({ queryKey: storeOrdersKey })
    },
  })
  return (
    <div className="account">
      <span className="account-name">{name}</span>
      <button type="button" className="link" onClick={() => leave.mutate()}>
        Sign out
      </button>
    </div>
  )
}
