import type { EmulatorContext } from '../context/context.ts'
import { defineSecretTable, type TableDefinition } from '../state/table.ts'

/** The PINs of deferred captures, by the payment's ref. No journal keeps them. */
export const deferredPinTable: TableDefinition<string> = defineSecretTable('deferred_pins')

/** Keeps a PIN for one later capture by the merchant's server. It replaces an earlier PIN of the same payment. */
export function keepPin({ store }: EmulatorContext, payment: string, pin: string): void {
  store.table(deferredPinTable).set(payment, pin)
}

/** Returns the PIN of a payment and forgets it. */
export function takePin({ store }: EmulatorContext, payment: string): string | undefined {
  const pins = store.table(deferredPinTable)
  const pin = pins.get(payment)
  pins.delete(payment)
  return pin
}
