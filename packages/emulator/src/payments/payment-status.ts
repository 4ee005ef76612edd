import type { EmulatorContext } from '../context/context.ts'
import type { Payment } from './payment.ts'

/** docs.joinforage.app/reference/payments. Docs and SDKs also write `cancelled`. */
export const paymentStatuses = [
  'requires_confirmation',
  'processing',
  'authorized',
  'succeeded',
  'failed',
  'canceled',
] as const

/** Returns whether 30 minutes have passed since the creation of a payment that was neither captured nor canceled. */
export function isPaymentExpired({ expiresAt, outcome }: Payment, now: number): boolean {
  return outcome.status !== 'succeeded' && outcome.status !== 'canceled' && now >= expiresAt
}

/** Returns whether the payment can no longer be charged. */
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
