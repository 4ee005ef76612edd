import { invalidInput, listedError, type ApiError } from './api-error.ts'
import { authenticate } from './authentication.ts'
import type { EmulatorApp, EmulatorContext, RouteContext } from './context.ts'
import { onceByKey } from './idempotency.ts'
import { requiredMerchant } from './merchant-account.ts'
import type { Merchant } from './merchants.ts'
import { parseAmount } from './money.ts'
import { findPaymentMethod } from './payment-methods.ts'
import { writePayment } from './payment-wire.ts'
import { jsonBody } from './request-body.ts'
import { route } from './route.ts'
import type { Payment } from './store.ts'

const RESOURCE = 'Payments'
/** "expires_at: 30 minutes after the creation": docs.joinforage.app/reference/payments. */
const PAYMENT_LIFETIME_MS = 30 * 60 * 1000
const MIN_AMOUNT_CENTS = 1

export function mountPayments(app: EmulatorApp, context: EmulatorContext): void {
  route(app, '/api/payments/', { POST: (c) => createPayment(context, c) })
  route(app, '/api/payments/:ref/', { GET: (c) => readPayment(context, c) })
}

function createPayment(context: EmulatorContext, c: RouteContext): Response {
  authenticate(context, c, 'authentication')
  const merchant = requiredMerchant(context, c)
  requireIdempotencyKey(context, c)
  const { status, body } = onceByKey(context, c, () => {
    const payment = addPayment(context, c, merchant)
    return { status: 201, body: writePayment(context, payment) }
  })
  return c.json(body, status)
}

function readPayment(context: EmulatorContext, c: RouteContext): Response {
  authenticate(context, c, 'either')
  const merchant = requiredMerchant(context, c)
  return c.json(writePayment(context, findPayment(context, c, c.req.param('ref') ?? '', merchant)), 200)
}

export function findPayment(
  context: EmulatorContext,
  c: RouteContext,
  ref: string,
  merchant: Merchant,
): Payment {
  const found = context.store.payments.get(ref)
  if (found?.merchant.id !== merchant.id) throw unknownPayment(c.req.path, ref, merchant)
  return found
}

/** Message: docs.joinforage.app/reference/errors, under resource_not_found. */
function unknownPayment(path: string, ref: string, merchant: Merchant): ApiError {
  const message = `Payment with ref ${ref} does not exist for current Merchant with FNS ${merchant.fnsNumber}. For payments that are associated with an order, please use \`/api/orders/<order_ref>/payments/\` instead`
  return listedError(path, 404, { code: 'resource_not_found', message, source: { resource: RESOURCE, ref } })
}

function requireIdempotencyKey(context: EmulatorContext, c: RouteContext): void {
  if (c.req.header('idempotency-key') || context.switches.missingIdempotencyKey === 'accept') return
  throw invalidInput(c.req.path, 'Idempotency_Key', 'An Idempotency-Key header is required.')
}

function addPayment(context: EmulatorContext, c: RouteContext, merchant: Merchant): Payment {
  const fields = jsonBody(c, RESOURCE)
  const now = context.time.now()
  const payment: Payment = {
    merchant,
    paymentMethod: findPaymentMethod(context, c, String(fields['payment_method']), merchant),
    fundingType: readFundingType(c.req.path, fields['funding_type']),
    amount: readAmount(c.req.path, fields['amount']),
    isDelivery: readIsDelivery(c.req.path, fields['is_delivery']),
    echoed: fields,
    ref: context.random.hex(10),
    createdAt: now,
    updatedAt: now,
    expiresAt: now + PAYMENT_LIFETIME_MS,
    previousErrors: [],
    outcome: { status: 'requires_confirmation' },
  }
  context.store.payments.set(payment.ref, payment)
  return payment
}

function readFundingType(path: string, value: unknown): Payment['fundingType'] {
  if (value === 'ebt_snap' || value === 'ebt_cash') return value
  throw invalidInput(
    path,
    RESOURCE,
    `funding_type has to be "ebt_snap" or "ebt_cash", got ${JSON.stringify(value)}.`,
  )
}

function readAmount(path: string, value: unknown): number | null {
  if (value === undefined || value === null) return null
  const cents = parseAmount(value)
  if (cents !== undefined && cents >= MIN_AMOUNT_CENTS) return cents
  throw invalidInput(
    path,
    RESOURCE,
    `amount has to be a decimal of at least 0.01 with at most two places, got ${JSON.stringify(value)}.`,
  )
}

function readIsDelivery(path: string, value: unknown): boolean | null {
  if (value === undefined || value === null) return null
  if (typeof value === 'boolean') return value
  throw invalidInput(path, RESOURCE, `is_delivery has to be true or false, got ${JSON.stringify(value)}.`)
}
