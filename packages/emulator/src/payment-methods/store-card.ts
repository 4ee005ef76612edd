import type { EmulatorContext } from '../context/context.ts'
import { tooManyRequests } from '../http/api-error.ts'
import { sha256 } from '../shared/sha256.ts'
import { newRef } from '../state/new-ref.ts'
import { paymentMethodTable, reusableCardTable, type PaymentMethod } from './payment-method.ts'

export type NewCard = Pick<PaymentMethod, 'pan' | 'customerId' | 'reusable'> &
  Partial<Pick<PaymentMethod, 'type' | 'credit' | 'merchantId'>>

const ADDITIONS_PER_HOUR = 10
const HOUR_MS = 60 * 60 * 1000

/**
 * Returns the payment method of a card: the customer's existing one, or a new one. Throws a 429 with this path if the
 * customer added too many cards.
 */
export async function storeCard(
  context: EmulatorContext,
  card: NewCard,
  path = '/api/payment_methods/',
): Promise<PaymentMethod> {
  // Hash first: with an await between lookup and insert, two concurrent requests would get two refs.
  const [cardFingerprint, cardFingerprintV2] = await Promise.all([sha256(card.pan), sha256(`v2 ${card.pan}`)])
  const known = knownMethod(context, card)
  if (known) return known
  requireRoom(context, card, path)
  return addMethod(context, { ...card, cardFingerprint, cardFingerprintV2 })
}

/**
 * Returns the customer's payment method for this card: "The ref is constant per customer_id if the card is reusable"
 * (docs.joinforage.app/reference/payment-methods).
 */
function knownMethod({ store }: EmulatorContext, card: NewCard): PaymentMethod | undefined {
  const ref = store.table(reusableCardTable).get(reusableKey(card) ?? '')
  return ref === undefined ? undefined : store.table(paymentMethodTable).get(ref)
}

/** Returns the key of a reusable card. Another type or another merchant makes another payment method. */
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
  const cards = store.table(reusableCardTable)
  if (key !== undefined && !cards.has(key)) cards.set(key, method.ref)
}

export function forgetReusable({ store }: EmulatorContext, method: PaymentMethod): void {
  const key = reusableKey(method)
  const cards = store.table(reusableCardTable)
  if (key !== undefined && cards.get(key) === method.ref) cards.delete(key)
}

function requireRoom(
  { store, switches, time }: EmulatorContext,
  { customerId }: NewCard,
  path: string,
): void {
  if (switches.cardAdditions === 'off' || customerId === undefined) return
  const since = time.now() - HOUR_MS
  const recent = [...store.table(paymentMethodTable).values()].filter(
    (method) => method.customerId === customerId && method.createdAt > since,
  )
  if (recent.length < ADDITIONS_PER_HOUR) return
  const oldestAt = Math.min(...recent.map(({ createdAt }) => createdAt))
  throw tooManyRequests(path, switches.retryAfter === 'send' ? oldestAt - since : undefined)
}

function addMethod(
  context: EmulatorContext,
  card: NewCard & Pick<PaymentMethod, 'cardFingerprint' | 'cardFingerprintV2'>,
): PaymentMethod {
  const { random, store, time } = context
  const methods = store.table(paymentMethodTable)
  const vaultToken = `tok_sandbox_${random.alphanumeric(22)}`
  const method: PaymentMethod = {
    type: 'ebt',
    ...card,
    ref: newRef(random, methods),
    vaultToken,
    // The SDKs use the third of the comma-separated tokens and fail without it.
    cardToken: `tok_sandbox_${random.alphanumeric(22)},tok_sandbox_${random.alphanumeric(22)},${vaultToken}`,
    createdAt: time.now(),
    balance: null,
  }
  methods.set(method.ref, method)
  rememberReusable(context, method)
  return method
}
