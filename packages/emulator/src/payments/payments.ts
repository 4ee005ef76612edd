import * as v from 'valibot'

import { apiEndpoint, type ApiCall } from '../http/api-endpoint.ts'
import { invalidInput, listedError, type ApiError } from '../http/api-error.ts'
import type { Endpoint } from '../http/endpoint.ts'
import type { Merchant } from '../merchants.ts'
import { parseAmount } from '../money.ts'
import { newRef } from '../state/new-ref.ts'
import type { Healthcare, Payment, Settlement } from '../state/store.ts'
import { changePayment } from './change-payment.ts'
import { fundingTypes, isEbt } from './funding.ts'
import { findPaymentMethod } from './payment-methods.ts'
import { isPaymentExpired, isPaymentOver } from './payment-status.ts'
import { paymentSchema, writePayment } from './payment-wire.ts'
import { requireFunds } from './require-funds.ts'
import { recordSchema } from './wire.ts'

export const PAYMENTS = 'Payments'
/** "expires_at: 30 minutes after the creation": docs.joinforage.app/reference/payments. */
const PAYMENT_LIFETIME_MS = 30 * 60 * 1000
const MIN_AMOUNT_CENTS = 1

/** A decimal, as string or number, in cents. */
export const amountSchema: v.GenericSchema<string | number, number> = v.pipe(
  v.union([v.string(), v.number()], 'amount has to be a decimal.'),
  v.check(
    (value) => (parseAmount(value) ?? 0) >= MIN_AMOUNT_CENTS,
    'amount has to be a decimal of at least 0.01 with at most two places.',
  ),
  v.transform((value) => parseAmount(value) ?? 0),
)

/** As `amount`, but 0 is one too. */
export const centsSchema: v.GenericSchema<string | number, number> = v.pipe(
  v.union([v.string(), v.number()], 'A total, fee or settlement has to be a decimal.'),
  v.check(
    (value) => parseAmount(value) !== undefined,
    'A total, fee or settlement has to be a decimal with at most two places.',
  ),
  v.transform((value) => parseAmount(value) ?? 0),
)

const requiredFields = {
  funding_type: v.picklist(fundingTypes, `funding_type has to be one of ${fundingTypes.join(', ')}.`),
  payment_method: v.string('payment_method has to be the ref of a payment method.'),
}

/** In a placeholder, whose capture is deferred, `amount` and the rest come later. */
const optionalFields = {
  amount: v.nullish(amountSchema),
  description: v.nullish(v.string('description has to be a string.')),
  metadata: v.nullish(recordSchema),
  is_delivery: v.nullish(v.boolean('is_delivery has to be true or false.')),
  delivery_address: v.nullish(recordSchema),
  customer_id: v.nullish(v.string('customer_id has to be a string.')),
  external_order_id: v.nullish(v.string('external_order_id has to be a string.')),
  qualified_healthcare_total: v.nullish(centsSchema),
  qualified_healthcare_subtotal: v.nullish(centsSchema),
  platform_fee: v.nullish(centsSchema),
  merchant_fixed_settlement: v.nullish(centsSchema),
  platform_fixed_settlement: v.nullish(centsSchema),
  pos_terminal: v.nullish(recordSchema),
}

const newPayment = v.object({ ...requiredFields, ...optionalFields })
const paymentChanges = v.partial(newPayment)

const onePayment = { 200: { description: 'The payment.', schema: paymentSchema } }

export const paymentEndpoints: readonly Endpoint[] = [
  apiEndpoint({
    method: 'POST',
    path: '/api/payments/',
    summary: 'Creates a payment, which requires confirmation by a capture.',
    source: 'docs.joinforage.app/reference/create-a-payment',
    tokens: 'authentication',
    merchant: 'required',
    idempotencyKey: 'required',
    body: { schema: newPayment, resource: PAYMENTS },
    replies: { 201: { description: 'The payment.', schema: paymentSchema } },
    handle: (call) => ({ status: 201, body: writePayment(call.context, addPayment(call)) }),
  }),
  apiEndpoint({
    method: 'GET',
    path: '/api/payments/',
    summary: 'Lists the payments of a merchant’s own order.',
    source: 'docs.joinforage.app/reference/retrieve-all-payments-for-merchant-order-id',
    tokens: 'authentication',
    merchant: 'required',
    query: {
      external_order_id: 'The order, as the merchant calls it. Required.',
      with_refunds: 'Present: the refunds themselves instead of their refs.',
    },
    replies: { 200: { description: 'The payments.', schema: v.array(paymentSchema) } },
    handle: (call) => ({ status: 200, body: listPayments(call) }),
  }),
  apiEndpoint({
    method: 'GET',
    path: '/api/payments/:ref/',
    summary: 'Reads a payment.',
    source: 'docs.joinforage.app/reference/retrieve-a-payment',
    tokens: 'either',
    merchant: 'required',
    replies: onePayment,
    handle: (call) => ({
      status: 200,
      body: writePayment(call.context, findPayment(call, call.params['ref'])),
    }),
  }),
  apiEndpoint({
    method: 'PATCH',
    path: '/api/payments/:ref/',
    summary: 'Changes a payment; one that is over only its metadata and external_order_id.',
    source: 'docs.joinforage.app/reference/update-a-payment',
    tokens: 'authentication',
    merchant: 'required',
    body: { schema: paymentChanges, resource: PAYMENTS },
    replies: onePayment,
    handle: (call) => ({ status: 200, body: writePayment(call.context, updatePayment(call)) }),
  }),
  apiEndpoint({
    method: 'POST',
    path: '/api/payments/:ref/cancel/',
    summary: 'Stops a payment from being captured; gives up the hold of an HSA or FSA payment.',
    source: 'docs.joinforage.app/reference/cancel-a-payment',
    tokens: 'authentication',
    merchant: 'required',
    idempotencyKey: 'optional',
    replies: onePayment,
    handle: (call) => ({ status: 200, body: writePayment(call.context, cancelPayment(call)) }),
  }),
]

export function findPayment(
  { context, path, merchant }: Pick<ApiCall, 'context' | 'path' | 'merchant'>,
  ref = '',
): Payment {
  const found = context.store.payments.get(ref)
  if (found?.merchant.id !== merchant.id || found.order !== undefined)
    throw unknownPayment(path, ref, merchant)
  return found
}

/** Message: docs.joinforage.app/reference/errors, under resource_not_found. */
function unknownPayment(path: string, ref: string, merchant: Merchant): ApiError {
  const message = `Payment with ref ${ref} does not exist for current Merchant with FNS ${merchant.fnsNumber}. For payments that are associated with an order, please use \`/api/orders/<order_ref>/payments/\` instead`
  return listedError(path, 404, { code: 'resource_not_found', message, source: { resource: PAYMENTS, ref } })
}

function addPayment(call: ApiCall<v.InferOutput<typeof newPayment>>): Payment {
  const { context, merchant, body, now } = call
  const method = findPaymentMethod(call, body.payment_method)
  const ref = newRef(context.random, context.store.payments)
  requireFunds(call, { ref, fundingType: body.funding_type }, method)
  const payment: Payment = {
    ref,
    merchant,
    ...chargeFields(body, {
      fundingType: body.funding_type,
      paymentMethod: method.ref,
      amount: null,
      description: '',
      customerId: method.customerId ?? null,
      deliveryAddress: null,
      isDelivery: null,
    }),
    metadata: body.metadata ?? {},
    externalOrderId: body.external_order_id ?? null,
    isPos: Boolean(body.pos_terminal),
    createdAt: now,
    updatedAt: now,
    expiresAt: now + PAYMENT_LIFETIME_MS,
    previousErrors: [],
    outcome: { status: 'requires_confirmation' },
  }
  context.store.payments.set(payment.ref, payment)
  return payment
}

type Changes = v.InferOutput<typeof paymentChanges>
type ChargeFields = Pick<
  Payment,
  | 'fundingType'
  | 'paymentMethod'
  | 'amount'
  | 'description'
  | 'customerId'
  | 'deliveryAddress'
  | 'isDelivery'
  | 'settlement'
  | 'healthcare'
>

/** What is charged, and to whom: as given, else as it was. */
function chargeFields(body: Changes, before: ChargeFields): ChargeFields {
  return {
    fundingType: body.funding_type ?? before.fundingType,
    paymentMethod: body.payment_method ?? before.paymentMethod,
    amount: given(body.amount, before.amount),
    description: given(body.description, before.description) ?? '',
    customerId: given(body.customer_id, before.customerId),
    deliveryAddress: given(body.delivery_address, before.deliveryAddress),
    isDelivery: given(body.is_delivery, before.isDelivery),
    healthcare: healthcareOf(body, before.healthcare),
    settlement: settlementOf(body, before.settlement),
  }
}

function healthcareOf(body: Changes, before: Healthcare | undefined): Healthcare | undefined {
  const total = given(body.qualified_healthcare_total, before?.total ?? null)
  const subtotal = given(body.qualified_healthcare_subtotal, before?.subtotal ?? null)
  return total === null && subtotal === null ? undefined : { total, subtotal }
}

function settlementOf(body: Changes, before: Settlement | undefined): Settlement | undefined {
  const platformFee = given(body.platform_fee, before?.platformFee ?? null)
  const merchantFixed = given(body.merchant_fixed_settlement, before?.merchantFixed ?? null)
  const platformFixed = given(body.platform_fixed_settlement, before?.platformFixed ?? null)
  if (platformFee === null && merchantFixed === null && platformFixed === null) return undefined
  return { platformFee, merchantFixed, platformFixed }
}

/** JSON's null takes a value away; what is left out stays. */
function given<Value>(value: Value | undefined, before: Value): Value {
  return value === undefined ? before : value
}

/** "In processing, canceled or succeeded, attempts to update other fields are ignored." */
function updatePayment(call: ApiCall<Changes>): Payment {
  const { body, context } = call
  const payment = findPayment(call, call.params['ref'])
  const always = {
    metadata: body.metadata ?? payment.metadata,
    externalOrderId: given(body.external_order_id, payment.externalOrderId),
  }
  if (isPaymentOver(context, payment)) return changePayment(context, payment, always)
  const charge = chargeFields(body, payment)
  requireFunds(
    call,
    { ref: payment.ref, fundingType: charge.fundingType },
    findPaymentMethod(call, charge.paymentMethod),
  )
  // A PIN opens one card.
  if (charge.paymentMethod !== payment.paymentMethod) context.store.deferredPins.delete(payment.ref)
  return changePayment(context, payment, { ...always, ...charge })
}

/** The code is inferred, after that of a capture. */
function cancelPayment(call: ApiCall): Payment {
  const { context, now, path } = call
  const payment = findPayment(call, call.params['ref'])
  const { fundingType, outcome, ref } = payment
  const allowed = isEbt(fundingType) ? ['requires_confirmation', 'failed'] : ['authorized']
  if (!allowed.includes(outcome.status) || isPaymentExpired(payment, now))
    throw listedError(path, 400, {
      code: 'cannot_cancel_payment',
      message: `Payment with ref ${ref} can only be canceled if its status is ${allowed.join(' or ')}.`,
      source: { resource: PAYMENTS, ref },
    })
  context.store.deferredPins.delete(ref)
  return changePayment(context, payment, { outcome: { status: 'canceled' } })
}

/** That the list has no pages is inferred: nothing says so, and an order has few payments. */
function listPayments({ context, merchant, path, query }: ApiCall): Record<string, unknown>[] {
  const [orderId, ...more] = query.getAll('external_order_id')
  if (!orderId || more.length > 0)
    throw invalidInput(path, PAYMENTS, 'The query has to have one external_order_id.')
  const refunds = query.has('with_refunds') ? 'whole' : 'refs'
  return [...context.store.payments.values()]
    .filter(({ externalOrderId, order }) => externalOrderId === orderId && order === undefined)
    .filter((payment) => payment.merchant.id === merchant.id)
    .map((payment) => writePayment(context, payment, refunds))
}
