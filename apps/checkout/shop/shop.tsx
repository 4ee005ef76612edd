import { ForageSessionProvider } from '@forage-session/react'
import { ForageSessionDevtools } from '@forage-session/react/devtools'
import { lazy, Suspense, type ReactNode } from 'react'

import type { Account, ShopConfig } from '../src/merchant/api/shop-api.ts'
import { CartPage } from './cart/cart-page.tsx'
import { shopProblemOf } from './client/shop-client.ts'
import { useAccount, useConfig } from './client/shop-queries.ts'
import { useOtherTabs } from './client/tabs.ts'
import { faultyPage } from './demo/page-faults.ts'
import { OrderPage } from './order/order-page.tsx'
import { useRoute } from './shared/route.ts'
import { AccountMenu } from './sign-in/account-menu.tsx'
import { SignInPage } from './sign-in/sign-in-page.tsx'
import { useClearOnSignOut } from './sign-in/use-clear-on-sign-out.ts'
import { DemoSentence } from './ui/demo-sentence.tsx'
import { Loading } from './ui/loading.tsx'
import { TryAgain } from './ui/try-again.tsx'

/** A shop without the emulator never loads it. */
const DemoBar = lazy(async () => ({ default: (await import('./demo/demo-bar.tsx')).DemoBar }))

/** The customer's pages. */
export function Shop(): ReactNode {
  const config = useConfig()
  const account = useAccount()
  useOtherTabs()
  if (config.data && account.data !== undefined)
    return <OpenShop config={config.data} account={account.data} />
  const failed = config.error ? config : account
  return (
    <div className="page">
      <Header />
      <main className="step alone">
        {failed.error ? (
          <TryAgain
            title="We could not open the shop"
            whatToDo={shopProblemOf(failed.error).whatToDo}
            onRetry={() => failed.refetch()}
          />
        ) : (
          <Loading>Loading the shop…</Loading>
        )}
      </main>
    </div>
  )
}

interface OpenShopProps {
  config: ShopConfig
  account: Account | null
}

/** The provider requests session tokens only for the order in the URL. A cart needs no token. */
function OpenShop({ config, account }: OpenShopProps): ReactNode {
  const route = useRoute()
  const { orderId, step } = route.page === 'order' ? route : {}
  return (
    <ForageSessionProvider
      platform={config.forage === 'emulator' ? { clock: faultyPage.clock } : undefined}
      tokenSource="/api/forage/session-token"
      environment={{ apiUrl: config.apiUrl, vaultUrl: config.vaultUrl }}
      checkoutId={orderId}
      merchantAccount={config.merchantAccount}
      enabled={orderId !== undefined && account !== null}
    >
      <ClearOnSignOut account={account} />
      <div className="page">
        <DemoSentence forage={config.forage} />
        <Header>
          <AccountMenu account={account} />
        </Header>
        {orderId !== undefined && account !== null && (
          <OrderPage key={`${account.id} ${orderId}`} orderId={orderId} wanted={step} config={config} />
        )}
        {orderId !== undefined && account === null && (
          <SignInPage
            config={config}
            lead="You are signed out. Your order is saved. Sign in again to continue."
          />
        )}
        {route.page === 'sign-in' && <SignInPage config={config} />}
        {route.page === 'cart' && <CartPage config={config} account={account} />}
        {config.forage === 'emulator' && (
          <Suspense>
            <DemoBar isOver={step === 'receipt' || step === 'canceled'} />
          </Suspense>
        )}
      </div>
      {import.meta.env.DEV && <ForageSessionDevtools />}
    </ForageSessionProvider>
  )
}

function ClearOnSignOut({ account }: Pick<OpenShopProps, 'account'>): null {
  useClearOnSignOut(account)
  return null
}

function Header({ children }: { children?: ReactNode }): ReactNode {
  return (
    <header className="header">
      <a className="brand" href="/">
        Harvest Lane Market
      </a>
      {children}
    </header>
  )
}
