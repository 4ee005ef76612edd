import type { EmulatorContext } from '../context.ts'
import { EmulatorError } from '../emulator-error.ts'
import { storeCard } from '../payments/store-card.ts'
import { networkOf } from '../vault/ebt-network.ts'
import { goodPin } from '../vault/test-cards.ts'

/** An ordinary test card. */
const pan = '9999420000000001'

/** A card on file whose balance was checked. One that is there already, as `--state` keeps it, stays as it is. */
export async function keepCard(context: EmulatorContext, ref: string): Promise<void> {
  if (!/^[0-9a-f]{10}$/.test(ref))
    throw new EmulatorError('invalid_option', `The ref of a card has to be 10 hex digits, got "${ref}".`)
  const { paymentMethods } = context.store
  if (paymentMethods.has(ref)) return
  const stored = await storeCard(context, { pan, customerId: undefined, reusable: true })
  const answer = networkOf(context).balance(pan, goodPin(pan))
  paymentMethods.delete(stored.ref)
  paymentMethods.set(ref, { ...stored, ref, balance: answer.approved ? answer.balance : null })
}
