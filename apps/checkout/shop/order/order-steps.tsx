import { useState, type ReactNode } from 'react'

import type { Order, ShopConfig } from '../../src/merchant/api/shop-api.ts'
import { CanceledStep } from '../receipt/canceled-step.tsx'
import { ReceiptStep } from '../receipt/receipt-step.tsx'
import { orderStep, paidPayments, type Changing, type OrderStep } from '../shared/order-flow.ts'
import { OrderSummary } from '../ui/order-summary.tsx'
import { Progress } from '../ui/progress.tsx'
import { PaymentSteps, type PayingStep } from './payment-steps.tsx'

export interface OrderStepsProps {
  order: Order
  config: ShopConfig
}

/** Shows the order's current step with the progress and the summary. */
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
