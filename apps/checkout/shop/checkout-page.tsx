import { ForageSessionProvider } from '@forage-session/react'
import { ForageSessionDevtools } from '@forage-session/react/devtools'
import { useReducer, useState, type ReactNode } from 'react'

import type { ShopConfig } from '../src/merchant/shop-api.ts'
import { CartStep } from './cart-step.tsx'
import { cartLines, cartTotalCents, firstQuantities } from './cart.ts'
import { advance, checkoutOf, firstStep, isPaying, type CheckoutEvent } from './checkout-flow.ts'
import { DemoBar } from './demo-bar.tsx'
import { OrderSummary } from './order-summary.tsx'
import { PaymentSteps } from './payment-steps.tsx'
import { Progress } from './progress.tsx'
import { ReceiptStep } from './receipt-step.tsx'

export function CheckoutPage({ config }: { config: ShopConfig }): ReactNode {
  const [flow, dispatch] = useReducer(advance, firstStep)
  const checkout = checkoutOf(flow)
  return (
    <ForageSessionProvider
      tokenSource="/api/forage/session-token"
      environment={{ apiUrl: config.apiUrl, vaultUrl: config.vaultUrl }}
      checkoutId={checkout?.id}
      merchantAccount={config.merchantAccount}
      enabled={checkout !== undefined}
    >
      <Progress step={flow.step} />
      <Steps config={config} flow={flow} dispatch={dispatch} />
      {config.forage === 'emulator' && <DemoBar />}
      {import.meta.env.DEV && <ForageSessionDevtools />}
    </ForageSessionProvider>
  )
}

interface StepsProps {
  config: ShopConfig
  flow: ReturnType<typeof advance>
  dispatch: (event: CheckoutEvent) => void
}

function Steps({ config, flow, dispatch }: StepsProps): ReactNode {
  const [quantities, setQuantities] = useState(firstQuantities)
  const lines = checkoutOf(flow)?.lines ?? cartLines(config.products, quantities)
  return (
    <div className="columns">
      <main className="step">
        {flow.step === 'cart' && (
          <CartStep
            products={config.products}
            quantities={quantities}
            onQuantity={(id, quantity) => setQuantities((last) => ({ ...last, [id]: quantity }))}
            isFirst={!flow.isReopened}
            dispatch={dispatch}
          />
        )}
        {isPaying(flow) && <PaymentSteps config={config} flow={flow} dispatch={dispatch} />}
        {flow.step === 'receipt' && <ReceiptStep flow={flow} dispatch={dispatch} />}
      </main>
      <OrderSummary lines={lines} totalCents={cartTotalCents(lines)} />
    </div>
  )
}
