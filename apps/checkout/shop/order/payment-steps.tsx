import { useForageSdk, type ForageFactory } from '@forage-session/react'
import type { ReactNode } from 'react'

import type { Order, ShopConfig, Split } from '../../src/merchant/api/shop-api.ts'
import { AmountsOfCard } from '../amounts/amounts-of-card.tsx'
import { AmountsStep } from '../amounts/amounts-step.tsx'
import { BalanceStep } from '../amounts/balance-step.tsx'
import { CardStep } from '../card/card-step.tsx'
import { inputWatch } from '../forage/input-watch.ts'
import { loadForageSdk } from '../forage/load-forage-sdk.ts'
import { PinStep } from '../pin/pin-step.tsx'
import { hasRunOut, paidCents, type OrderStep, type StepName } from '../shared/order-flow.ts'
import { Notice } from '../ui/notice.tsx'
import { PartPaid } from '../ui/part-paid.tsx'
import { CancelOrder } from './cancel-order.tsx'

export type PayingStep = OrderStep & { step: Exclude<StepName, 'receipt' | 'canceled'> }

export interface PaymentStepsProps {
  order: Order
  step: PayingStep
  config: ShopConfig
  onSplit: (split: Split | undefined) => void
}

/** The steps before the receipt. They share one instance of Forage's SDK. */
export function PaymentSteps({ order, step, config, onSplit }: PaymentStepsProps): ReactNode {
  const sdk = useForageSdk({
    load: () => loadSdk(config),
    merchantId: config.merchantAccount,
    customerId: order.customerId,
  })
  return (
    <>
      {paidCents(order) > 0 && <PartPaid order={order} />}
      {hasRunOut(order) && step.step === 'amounts' && (
        <Notice tone="info" title="Your payment expired after 30 minutes">
          Nothing was charged. Check the amounts and continue.
        </Notice>
      )}
      {(step.step === 'card' || step.step === 'new-card') && (
        <CardStep sdk={sdk} order={order} step={step.step} testCard={config.testCard} />
      )}
      {step.step === 'balance' && (
        <BalanceStep key={step.card.ref} sdk={sdk} order={order} card={step.card} />
      )}
      {step.step === 'amounts' && step.card && (
        <AmountsOfCard key={step.card.ref} order={order} card={step.card} onSplit={onSplit} />
      )}
      {step.step === 'amounts' && !step.card && (
        <AmountsStep order={order} card={null} funds={noFunds} onSplit={onSplit} />
      )}
      {(step.step === 'pay-snap' || step.step === 'pay-cash') && (
        <PinStep key={step.payment.ref} sdk={sdk} order={order} step={step} />
      )}
      <CancelOrder order={order} />
    </>
  )
}

/** The demo watches the emulator's SDK, so that it can say why the customer types again. */
async function loadSdk({ sdkUrl, forage }: ShopConfig): Promise<ForageFactory> {
  const factory = await loadForageSdk(sdkUrl)
  return forage === 'emulator' ? inputWatch.watched(factory) : factory
}

const noFunds = { snapCents: 0, cashCents: 0 }
