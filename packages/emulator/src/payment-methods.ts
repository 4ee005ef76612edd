import { invalidInput, listedError, type ApiError } from './api-error.ts'
import { authenticate } from './authentication.ts'
import type { EmulatorApp, EmulatorContext, RouteContext } from './context.ts'
import { optionalMerchant } from './merchant-account.ts'
import type { Merchant } from './merchants.ts'
import { formatAmount } from './money.ts'
import { cannotParse, jsonBody } from './request-body.ts'
import { route } from './route.ts'
import { TENANT_ID } from './session-token.ts'
import type { Balance, PaymentMethod } from './store.ts'

const RESOURCE = 'Payment_Methods'

export function mountPaymentMethods(app: EmulatorApp, context: EmulatorContext): void {
  route(app, '/api/payment_methods/', { POST: (c) => createPaymentMethod(context, c) })
  route(app, '/api/payment_methods/:ref/', { GET: (c) => readPaymentMethod(context, c) })
}

async function createPaymentMethod(context: EmulatorContext, c: RouteContext): Promise<Response> {
  authenticate(context, c, 'either')
  optionalMerchant(context, c)
  const card = readCard(c.req.path, jsonBody(c, RESOURCE))
  const fingerprint = await cardFingerprint(card.pan)
  const method = knownMethod(context, card) ?? addPaymentMethod(context, card, fingerprint)
  return c.json(writePaymentMethod(method), 201)
}

function readPaymentMethod(context: EmulatorContext, c: RouteContext): Response {
  authenticate(context, c, 'either')
  const merchant = optionalMerchant(context, c)
  return c.json(writePaymentMethod(findPaymentMethod(context, c, c.req.param('ref') ?? '', merchant)), 200)
}

export function findPaymentMethod(
  context: EmulatorContext,
  c: RouteContext,
  ref: string,
  merchant: Merchant | undefined,
): PaymentMethod {
  const found = context.store.paymentMethods.get(ref)
  if (!found) throw unknownPaymentMethod(c.req.path, ref, merchant)
  return found
}

/** Message: docs.joinforage.app/reference/errors, under resource_not_found. */
function unknownPaymentMethod(path: string, ref: string, merchant: Merchant | undefined): ApiError {
  const message = `Payment method with id ${ref} does not exist for Tenant ${TENANT_ID} using FNS ${merchant?.fnsNumber ?? 'None'}`
  return listedError(path, 404, { code: 'resource_not_found', message, source: { resource: RESOURCE, ref } })
}

type NewCard = Pick<PaymentMethod, 'pan' | 'customerId' | 'reusable'>

function readCard(path: string, body: Record<string, unknown>): NewCard {
  const { type, card, customer_id: customerId, reusable = true } = body
  if (type !== 'ebt') throw invalidInput(path, RESOURCE, `type has to be "ebt", got ${JSON.stringify(type)}.`)
  if (typeof reusable !== 'boolean') throw invalidInput(path, RESOURCE, 'reusable has to be true or false.')
  const pan = typeof card === 'object' && card !== null && 'number' in card ? card.number : undefined
  if (typeof pan !== 'string' || !/^\d{16,19}$/.test(pan))
    throw cannotParse(path, RESOURCE, 'EBT Cards must be 16-19 digits long!')
  return { pan, customerId: typeof customerId === 'string' ? customerId : undefined, reusable }
}

/** "The ref is constant per customer_id if the card is reusable": docs.joinforage.app/reference/payment-methods. */
function knownMethod({ store }: EmulatorContext, card: NewCard): PaymentMethod | undefined {
  if (card.customerId === undefined || !card.reusable) return undefined
  return [...store.paymentMethods.values()].find(
    (known) => known.reusable && known.customerId === card.customerId && known.pan === card.pan,
  )
}

function addPaymentMethod(
  { random, store, time }: EmulatorContext,
  card: NewCard,
  cardFingerprintHex: string,
): PaymentMethod {
  const vaultToken = `tok_sandbox_${random.alphanumeric(22)}`
  const method: PaymentMethod = {
    ...card,
    ref: random.hex(10),
    vaultToken,
    // The SDKs take the third of the comma-separated tokens, and fail without it.
    cardToken: `tok_sandbox_${random.alphanumeric(22)},tok_sandbox_${random.alphanumeric(22)},${vaultToken}`,
    cardFingerprint: cardFingerprintHex,
    createdAt: time.now(),
    balance: null,
  }
  store.paymentMethods.set(method.ref, method)
  return method
}

async function cardFingerprint(pan: string): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(pan))
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0')).join('')
}

function writePaymentMethod(method: PaymentMethod): Record<string, unknown> {
  return {
    ref: method.ref,
    type: 'ebt',
    balance: method.balance && writeBalance(method.balance),
    card: {
      last_4: method.pan.slice(-4),
      created: new Date(method.createdAt).toISOString(),
      token: method.cardToken,
      state: 'PA',
      fingerprint: method.cardFingerprint,
      fingerprint_v2: method.cardFingerprint,
    },
    ...(method.customerId === undefined ? {} : { customer_id: method.customerId }),
    reusable: method.reusable,
  }
}

/** EBT Cash is `non_snap` on the wire. */
export function writeBalance(balance: Balance): { snap: string; non_snap: string; updated: string } {
  return {
    snap: formatAmount(balance.snap),
    non_snap: formatAmount(balance.cash),
    updated: new Date(balance.at).toISOString(),
  }
}
