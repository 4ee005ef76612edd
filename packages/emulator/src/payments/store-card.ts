import type { EmulatorContext } from '../context.ts'
import { tooManyRequests } from '../http/api-error.ts'
import { sha256 } from '../sha256.ts'
import { newRef } from '../state/new-ref.ts'
import type { PaymentMethod } from '../state/store.ts'

export type NewCard = Pick<PaymentMethod, 'pan' | 'customerId' | 'reusable'> &
  Partial<Pick<PaymentMethod, 'type' | 'credit' | 'merchantId'>>

const ADDITIONS_PER_HOUR = 10
const HOUR_MS = 60 * 60 * 1000

/**
 * The payment method of a card: the one that is known for its customer, or a new one. Throws the 429 of a customer who
 * added too many, with the path that was called.
 */
export async function storeCard(
  context: EmulatorContext,
  card: NewCard,
  path = '/api/payment_methods/',
): Promise<PaymentMethod> {
  // First of all: nothing may come between the look and the entry, or two requests at once get two refs.
  const cardFingerprint = await sha256(card.pan)
  const known = knownMethod(context, card)
  if (known) return known
  requireRoom(context, card, path)
  return addMethod(context, card, cardFingerprint)
}

/** "The ref is constant per customer_id if the card is reusable": docs.joinforage.app/reference/payment-methods. */
function knownMethod({ store }: EmulatorContext, card: NewCard): PaymentMethod | undefined {
  const ref = store.reusableCards.get(reusableKey(card) ?? '')
  return ref === undefined ? undefined : store.paymentMethods.get(ref)
}

/** A card stored as another type, or for one merchant only, is another payment method. */
function reusableKey({
  customerId,
  merchantId = '',
  pan,
  reusable,
  type = 'ebt',
}: NewCard): string | undefined {
  return reusable && customerId !== undefined ? [customerId, pan, type, merchantId].join('\n') : undefined
}

export function rememberReusable({ store }: EmulatorContext, method: PaymentMethod): void {
  const key = reusableKey(method)
  if (key !== undefined && !store.reusableCards.has(key)) store.reusableCards.set(key, method.ref)
}

export function forgetReusable({ store }: EmulatorContext, method: PaymentMethod): void {
  const key = reusableKey(method)
  if (key !== undefined && store.reusableCards.get(key) === method.ref) store.reusableCards.delete(key)
}

function requireRoom(
  { store, switches, time }: EmulatorContext,
  { customerId }: NewCard,
  path: string,
): void {
  if (switches.cardAdditions === 'off' || customerId === undefined) return
  const since = time.now() - HOUR_MS
  const recent = [...store.paymentMethods.values()].filter(
    (method) => method.customerId === customerId && method.createdAt > since,
  )
  if (recent.length < ADDITIONS_PER_HOUR) return
  const oldestAt = Math.min(...recent.map(({ createdAt }) => createdAt))
  throw tooManyRequests(path, switches.retryAfter === 'send' ? oldestAt - since : undefined)
}

function addMethod(context: EmulatorContext, card: NewCard, cardFingerprint: string): PaymentMethod {
  const { random, store, time } = context
  const vaultToken = `tok_sandbox_${random.alphanumeric(22)}`
  const method: PaymentMethod = {
    type: 'ebt',
    ...card,
    ref: newRef(random, store.paymentMethods),
    vaultToken,
    // The SDKs take the third of the comma-separated tokens, and fail without it.
    cardToken: `tok_sandbox_${random.alphanumeric(22)},tok_sandbox_${random.alphanumeric(22)},${vaultToken}`,
    cardFingerprint,
    createdAt: time.now(),
    balance: null,
  }
  store.paymentMethods.set(method.ref, method)
  rememberReusable(context, method)
  return method
}
