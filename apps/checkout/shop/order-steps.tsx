import { useState, type ReactNode } from 'react'

import type { Order, ShopConfig } from '../src/merchant/shop-api.ts'
import { CanceledStep } from './canceled-step.tsx'
import { orderStep, paidPayments, type Changing, type OrderStep } from './order-flow.ts'
import { OrderSummary } from './order-summary.tsx'
import { PaymentSteps, type PayingStep } from './payment-steps.tsx'
import { Progress } from './progress.tsx'
import { ReceiptStep } from './receipt-step.tsx'

export interface OrderStepsProps {
  order: Order
  config: ShopConfig
}

export function OrderSteps({ order, config }: OrderStepsProps): ReactNode {
  const [changing, setChanging] = useState<Changing>()
  const step = orderStep(order, changing)
  const paid = step.step === 'canceled' ? [] : paidPayments(order)
  return (
    <>
      {step.step !== 'canceled' && <Progress step={step.step} />}
      <div className="columns">
        <OrderSummary lines={order.lines} paid={step.step === 'receipt' ? [] : paid} />
        <main className="step">
          {isPaying(step) && (
            <PaymentSteps order={order} step={step} config={config} onChange={setChanging} />
          )}
          {step.step === 'receipt' && <ReceiptStep order={order} />}
          {step.step === 'canceled' && <CanceledStep order={order} />}
        </main>
      </div>
    </>
  )
}

function isPaying(step: OrderStep): step is PayingStep {
  return step.step !== 'receipt' && step.step !== 'canceled'
}
