import type { EmulatorContext } from '../context.ts'

/** For one capture by the merchant's server, later. Another PIN for the same payment takes its place. */
export function keepPin({ store }: EmulatorContext, payment: string, pin: string): void {
  store.deferredPins.set(payment, pin)
}

/** The PIN of a payment, which is gone then. */
export function takePin({ store }: EmulatorContext, payment: string): string | undefined {
  const pin = store.deferredPins.get(payment)
  store.deferredPins.delete(payment)
  return pin
}
