import type { EmulatorContext } from '../context/context.ts'
import { paymentMethodTable } from '../payment-methods/payment-method.ts'
import { storeCard } from '../payment-methods/store-card.ts'
import { EmulatorError } from '../shared/emulator-error.ts'
import { networkOf } from '../vault/ebt-network.ts'
import { goodPin } from '../vault/test-cards.ts'

/** An ordinary test card. */
const pan = '9999420000000001'

/** Stores a card with a checked balance under this ref. Keeps an existing card unchanged, such as one from `--state`. */
export async function keepCard(context: EmulatorContext, ref: string): Promise<void> {
  if (!/^[0-9a-f]{10}$/.test(ref))
    throw new EmulatorError('invalid_option', `The ref of a card has to be 10 hex digits, got "${ref}".`)
  const paymentMethods = context.store.table(paymentMethodTable)
  if (paymentMethods.has(ref)) return
  const stored = await storeCard(context, { pan, customerId: undefined, reusable: true })
  const answer = networkOf(context).balance(pan, goodPin(pan))
  paymentMethods.delete(stored.ref)
  paymentMethods.set(ref, { ...stored, ref, balance: answer.approved ? answer.balance : null })
}
