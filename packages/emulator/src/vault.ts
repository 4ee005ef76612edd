import { listedError } from './api-error.ts'
import { authenticate, bearerToken } from './authentication.ts'
import type { EmulatorApp, EmulatorContext, RouteContext } from './context.ts'
import { createEbtNetwork, type EbtAnswer } from './ebt-network.ts'
import { ebtEnvelope } from './error-envelopes.ts'
import { onceByKey, type Reply } from './idempotency.ts'
import { optionalMerchant, requiredMerchant } from './merchant-account.ts'
import { findPaymentMethod, writeBalance } from './payment-methods.ts'
import { isPaymentExpired, writePayment } from './payment-wire.ts'
import { findPayment } from './payments.ts'
import { cannotParse, jsonBody } from './request-body.ts'
import { route } from './route.ts'
import type { Balance, Payment, PaymentMethod } from './store.ts'

/** The PIN proxy: the only host that is shown a PIN. */
export function mountVault(app: EmulatorApp, context: EmulatorContext): void {
  route(app, '/proxy/api/payment_methods/:ref/balance/', { POST: (c) => checkBalance(context, c) })
  route(app, '/proxy/api/payments/:ref/capture/', { POST: (c) => capturePayment(context, c) })
}

function checkBalance(context: EmulatorContext, c: RouteContext): Response {
  authenticate(context, c, 'either')
  const merchant = optionalMerchant(context, c)
  const method = findPaymentMethod(context, c, c.req.param('ref') ?? '', merchant)
  const pin = readPin(c, method)
  const { status, body } = onceByKey(context, c, () => balanceReply(context, method, pin))
  return c.json(body, status)
}

function balanceReply(context: EmulatorContext, method: PaymentMethod, pin: string): Reply {
  const answer = networkOf(context).balance(method.pan, pin)
  if (!answer.approved) return { status: 400, body: ebtEnvelope(method.ref, answer.decline) }
  method.balance = answer.balance
  return { status: 200, body: { ref: method.ref, balance: writeBalance(answer.balance) } }
}

function capturePayment(context: EmulatorContext, c: RouteContext): Response {
  expireMidCapture(context, c)
  authenticate(context, c, 'either')
  const merchant = requiredMerchant(context, c)
  const payment = findPayment(context, c, c.req.param('ref') ?? '', merchant)
  const pin = readPin(c, payment.paymentMethod)
  const { status, body } = onceByKey(context, c, () => captureReply(context, c, payment, pin))
  return c.json(body, status)
}

/** The fault of that name: the SDK's GETs went through with this token, the vault finds it expired. */
function expireMidCapture(context: EmulatorContext, c: RouteContext): void {
  const token = context.store.sessionTokens.get(bearerToken(c.req.header('authorization')) ?? '')
  if (token && context.faults.take('expire-mid-capture', c.req.path)) token.expiresAt = context.time.now()
}

function captureReply(context: EmulatorContext, c: RouteContext, payment: Payment, pin: string): Reply {
  const amount = requireCapturable(context, c.req.path, payment)
  const benefit = payment.fundingType === 'ebt_snap' ? 'snap' : 'cash'
  const answer = networkOf(context).capture(payment.paymentMethod.pan, pin, benefit, amount)
  settle(context, payment, answer, amount)
  if (!answer.approved) return { status: 400, body: ebtEnvelope(payment.ref, answer.decline) }
  context.store.counts.captures += 1
  return { status: 200, body: writePayment(context, payment) }
}

/** The one place where a payment changes. */
function settle(context: EmulatorContext, payment: Payment, answer: EbtAnswer, amount: number): void {
  const at = context.time.now()
  payment.updatedAt = at
  if (answer.approved) {
    const receipt = { ...receiptAmounts(payment, amount), ...receiptFacts(context, payment, answer.balance) }
    payment.outcome = { status: 'succeeded', at, receipt }
    return
  }
  const error = { code: answer.decline.forage_code, message: answer.decline.message }
  payment.previousErrors.push(error)
  payment.outcome = { status: 'failed', error }
}

function receiptAmounts(payment: Payment, amount: number): { snap: number; cash: number } {
  return payment.fundingType === 'ebt_snap' ? { snap: amount, cash: 0 } : { snap: 0, cash: amount }
}

function receiptFacts(
  context: EmulatorContext,
  payment: Payment,
  balance: Balance,
): { reference: string; balance: Balance; last4: string; at: number } {
  const last4 = payment.paymentMethod.pan.slice(-4)
  return { reference: context.random.hex(10), balance, last4, at: context.time.now() }
}

/** The amount to capture. Messages: docs.joinforage.app/reference/sdk-errors, under cannot_capture_payment. */
function requireCapturable(context: EmulatorContext, path: string, payment: Payment): number {
  const { amount, fundingType, isDelivery, outcome, ref } = payment
  const refuse = (message: string): Error =>
    listedError(path, 400, { code: 'cannot_capture_payment', message, source: { resource: 'Payments', ref } })
  if (outcome.status === 'succeeded' || isPaymentExpired(payment, context.time.now()))
    throw refuse(
      `Payment with ref ${ref} is either processing, succeeded, or canceled and therefore cannot be captured.`,
    )
  if (amount === null)
    throw refuse(
      `Amount value is null. Payment with ref ${ref} with funding_type ${fundingType} cannot be captured with a null amount value`,
    )
  if (isDelivery === null)
    throw refuse(
      `'is_delivery' value is null. Payment with ref ${ref} requires a valid 'is_delivery' value to be captured`,
    )
  return amount
}

/** Four digits, for the card that the vault knows by this token. */
function readPin(c: RouteContext, method: PaymentMethod): string {
  const { pin, card_number_token: cardToken } = jsonBody(c, 'Payment_Methods')
  if (typeof pin !== 'string' || !/^\d{4}$/.test(pin))
    throw cannotParse(c.req.path, 'Payment_Methods', 'pin has to be a string of four digits.')
  if (cardToken !== method.vaultToken)
    throw cannotParse(
      c.req.path,
      'Payment_Methods',
      'card_number_token has to be the third part of card.token of this payment method.',
    )
  return pin
}

function networkOf(context: EmulatorContext): ReturnType<typeof createEbtNetwork> {
  return createEbtNetwork(context.store.accounts, context.switches.unlistedCards, context.time.now())
}
