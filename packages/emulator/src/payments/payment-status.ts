import type { EmulatorContext } from '../context.ts'
import type { Payment } from '../state/store.ts'

/** docs.joinforage.app/reference/payments; docs and SDKs also spell `cancelled`. */
export const paymentStatuses = [
  'requires_confirmation',
  'processing',
  'authorized',
  'succeeded',
  'failed',
  'canceled',
] as const

/** 30 minutes after its creation a payment that was neither captured nor canceled is over. */
export function isPaymentExpired({ expiresAt, outcome }: Payment, now: number): boolean {
  return outcome.status !== 'succeeded' && outcome.status !== 'canceled' && now >= expiresAt
}

/** Nothing can be charged by it any more. */
export function isPaymentOver({ time }: EmulatorContext, payment: Payment): boolean {
  const { status } = payment.outcome
  return status === 'succeeded' || status === 'canceled' || isPaymentExpired(payment, time.now())
}

export function paymentStatus(
  { switches, time }: EmulatorContext,
  payment: Payment,
): (typeof paymentStatuses)[number] {
  return isPaymentExpired(payment, time.now()) ? switches.expiredPaymentStatus : payment.outcome.status
}
