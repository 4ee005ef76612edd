import * as v from 'valibot'

import type { EmulatorContext, RouteContext } from '../context/context.ts'
import { listedError } from '../http/api-error.ts'
import { bearerToken } from '../http/bearer-token.ts'
import type { Endpoint } from '../http/endpoint.ts'
import {
  createdLinkSchema,
  paymentLinkSchema,
  paymentLinkTable,
  writeLink,
  type PaymentLink,
} from './payment-link.ts'
import { readQuidkeyBody, throwArmedRejection, unauthorized } from './quidkey-request.ts'
import { quidkeyAccessTokenTable } from './quidkey-tokens.ts'

/** docs.quidkey.com/guides/payment-links/create */
const LINK_LIFETIME_MS = 7 * 24 * 60 * 60 * 1000

const AMOUNT = 'order.amount has to be an integer of minor units.'
const REFERENCE = 'order.payment_reference has to be a string of 1 to 18 characters.'

const newLink = v.object({
  order: v.object(
    {
      amount: v.pipe(
        v.number(AMOUNT),
        v.integer(AMOUNT),
        v.minValue(1, AMOUNT),
        v.maxValue(Number.MAX_SAFE_INTEGER, AMOUNT),
      ),
      currency: v.pipe(
        v.string('order.currency has to be a string.'),
        v.regex(/^[A-Z]{3}$/, 'order.currency has to be an ISO 4217 code.'),
      ),
      payment_reference: v.pipe(v.string(REFERENCE), v.minLength(1, REFERENCE), v.maxLength(18, REFERENCE)),
      order_id: v.optional(v.string('order.order_id has to be a string.')),
      locale: v.optional(v.string('order.locale has to be a string.')),
    },
    'order has to be an object.',
  ),
  metadata: v.optional(v.record(v.string(), v.unknown(), 'metadata has to be an object.')),
})

const common = {
  security: 'quidkey',
  scope: undefined,
  merchant: 'none',
  idempotencyKey: 'none',
  query: {},
} as const

/** The part of Quidkey's API that it takes to use its tokens. */
export const paymentLinkEndpoints: readonly Endpoint[] = [
  {
    ...common,
    method: 'POST',
    path: '/api/v1/payment-links',
    summary: 'Quidkey: creates a payment link.',
    source: 'docs.quidkey.com/api-reference/payment-links/create-a-payment-link',
    body: { type: 'json', schema: newLink },
    replies: { 201: { description: 'The payment link.', schema: createdLinkSchema } },
    answer: createLink,
  },
  {
    ...common,
    method: 'GET',
    path: '/api/v1/payment-links/:id',
    summary: 'Quidkey: reads a payment link.',
    source: 'docs.quidkey.com/api-reference/payment-links/get-payment-link-by-id',
    body: undefined,
    replies: { 200: { description: 'The payment link.', schema: paymentLinkSchema } },
    answer: readLink,
  },
]

function createLink(context: EmulatorContext, c: RouteContext): Response {
  requireAccessToken(context, c)
  const { order, metadata } = readQuidkeyBody(c, newLink)
  const now = context.time.now()
  const created: PaymentLink = {
    id: uuid(context.random.hex(32)),
    urlToken: context.random.hex(64),
    amount: order.amount,
    currency: order.currency,
    reference: order.payment_reference,
    orderId: order.order_id ?? null,
    locale: order.locale ?? 'en',
    metadata: metadata ?? null,
    createdAt: now,
    expiresAt: now + LINK_LIFETIME_MS,
  }
  context.store.table(paymentLinkTable).set(created.id, created)
  const { id, payment_link_url, expires_at, status: state } = writeLink(context, c, created)
  return c.json({ success: true, data: { link_id: id, payment_link_url, expires_at, status: state } }, 201)
}

function readLink(context: EmulatorContext, c: RouteContext): Response {
  requireAccessToken(context, c)
  const found = context.store.table(paymentLinkTable).get(c.req.param('id') ?? '')
  if (!found)
    throw listedError(c.req.path, 404, { code: 'not_found', message: 'There is no such payment link.' })
  return c.json({ success: true, data: writeLink(context, c, found) }, 200)
}

/** Requires an access token of Quidkey. A token of Forage does not work here. */
function requireAccessToken(context: EmulatorContext, c: RouteContext): void {
  const bearer = bearerToken(c.req.header('authorization'))
  if (bearer === undefined) throw unauthorized('NO_TOKEN')
  throwArmedRejection(context, c, 'INVALID_TOKEN')
  const known = context.store.table(quidkeyAccessTokenTable).get(bearer)
  if (!known || context.time.now() >= known.expiresAt) throw unauthorized('INVALID_TOKEN')
}

function uuid(hex: string): string {
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
}
