import { useForageSdk } from '@forage-session/react'
import type { Dispatch, ReactNode } from 'react'

import type { ShopConfig } from '../src/merchant/shop-api.ts'
import { BalanceStep } from './balance-step.tsx'
import { CardStep } from './card-step.tsx'
import type { CheckoutEvent, CheckoutFlow } from './checkout-flow.ts'
import { loadForageSdk } from './load-forage-sdk.ts'
import { PinStep } from './pin-step.tsx'

export interface PaymentStepsProps {
  config: ShopConfig
  flow: Extract<CheckoutFlow, { step: 'card' | 'balance' | 'pin' }>
  dispatch: Dispatch<CheckoutEvent>
}

/** The steps in which something is typed that only Forage may see; one SDK serves them all. */
export function PaymentSteps({ config, flow, dispatch }: PaymentStepsProps): ReactNode {
  const sdk = useForageSdk({
    load: () => loadForageSdk(config.sdkUrl),
    merchantId: config.merchantAccount,
    customerId: flow.checkout.customerId,
  })
  switch (flow.step) {
    case 'card':
      return <CardStep sdk={sdk} testCard={config.testCard} dispatch={dispatch} />
    case 'balance':
      return <BalanceStep sdk={sdk} flow={flow} dispatch={dispatch} />
    case 'pin':
      return <PinStep sdk={sdk} flow={flow} dispatch={dispatch} />
  }
}
