import { useEffect, useState, type ReactNode } from 'react'

import type { Order, ShopConfig, Split } from '../../src/merchant/api/shop-api.ts'
import { CanceledStep } from '../receipt/canceled-step.tsx'
import { ReceiptStep } from '../receipt/receipt-step.tsx'
import { orderStep, paidPayments, splitOf, type OrderStep } from '../shared/order-flow.ts'
import { leaveSteps, showStep } from '../shared/route.ts'
import { OrderSummary } from '../ui/order-summary.tsx'
import { Progress } from '../ui/progress.tsx'
import { PaymentSteps, type PayingStep } from './payment-steps.tsx'

export interface OrderStepsProps {
  order: Order
  /** The step in the URL. */
  wanted: string | undefined
  config: ShopConfig
}

/** Shows the step of the URL, or the order's next step, with the progress and the summary. */
export function OrderSteps({ order, wanted, config }: OrderStepsProps): ReactNode {
  const [chosen, setChosen] = useState<Split>()
  const step = orderStep(order, wanted)
  useStepUrl(order.id, step.step, wanted)
  const isOver = !isPaying(step)
  const isCanceled = step.step === 'canceled'
  return (
    <>
      {!isCanceled && <Progress step={step.step} />}
      <div className={isOver ? 'columns over' : 'columns'}>
        <OrderSummary
          lines={order.lines}
          paid={isCanceled ? [] : paidPayments(order)}
          split={isCanceled ? undefined : (chosen ?? splitOf(order))}
          isOver={isOver}
        />
        <main className="step">
          {isPaying(step) && <PaymentSteps order={order} step={step} config={config} onSplit={setChosen} />}
          {step.step === 'receipt' && <ReceiptStep order={order} />}
          {isCanceled && <CanceledStep order={order} />}
        </main>
      </div>
    </>
  )
}

/** Shows the URL of the shown step. From the end of an order, Back leads to the page before the order. */
function useStepUrl(orderId: string, step: OrderStep['step'], wanted: string | undefined): void {
  useEffect(() => {
    if (step !== wanted) showStep(orderId, step)
    if (step === 'receipt' || step === 'canceled') leaveSteps()
  }, [orderId, step, wanted])
}

function isPaying(step: OrderStep): step is PayingStep {
  return step.step !== 'receipt' && step.step !== 'canceled'
}
