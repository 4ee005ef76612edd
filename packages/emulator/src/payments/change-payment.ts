import type { EmulatorContext } from '../context.ts'
import type { Payment } from '../state/store.ts'
import { writePayment } from './payment-wire.ts'

/** The one place where a payment changes; a new outcome is told to the webhooks. */
export function changePayment(
  context: EmulatorContext,
  payment: Payment,
  changes: Partial<Payment>,
): Payment {
  const changed: Payment = { ...payment, ...changes, updatedAt: context.time.now() }
  context.store.payments.set(payment.ref, changed)
  if (changed.outcome !== payment.outcome)
    context.events.emit({
      type: 'PAYMENT_STATUS_UPDATED',
      ref: payment.ref,
      data: writePayment(context, changed),
    })
  return changed
}
