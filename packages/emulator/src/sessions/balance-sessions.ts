import * as v from 'valibot'

import { apiEndpoint, type ApiCall } from '../api/api-endpoint.ts'
import type { Endpoint } from '../http/endpoint.ts'
import { balanceSchema, type BalanceBody } from '../orders/order-body.ts'
import { unknownOf } from '../orders/order-state.ts'
import { requireEbt } from '../payment-methods/balance-check.ts'
import { findPaymentMethod } from '../payment-methods/find-payment-method.ts'
import { refSchema } from '../shared/wire.ts'
import { newRef } from '../state/new-ref.ts'
import { balanceSessionTable, SESSIONS, type BalanceSession } from './hosted-session.ts'

const balanceSessionSchema = v.object({
  ref: refSchema,
  payment_method: refSchema,
  success_redirect_url: v.string(),
  cancel_redirect_url: v.string(),
  redirect_url: v.string(),
})

export const balanceSessionEndpoints: readonly Endpoint[] = [
  apiEndpoint({
    method: 'POST',
    path: '/api/balance_sessions/',
    summary: 'Opens a page where a customer checks the balance of a stored card with its PIN.',
    source: 'docs.joinforage.app/reference/create-custom-balance-check-session',
    tokens: 'either',
    merchant: 'required',
    idempotencyKey: 'required',
    body: { schema: balanceSchema, resource: SESSIONS },
    replies: { 201: { description: 'The session.', schema: balanceSessionSchema } },
    handle: (call) => ({ status: 201, body: writeBalanceSession(openBalanceSession(call)) }),
  }),
  apiEndpoint({
    method: 'GET',
    // Inferred, as every other object has its ref in its path: "A GET request to /balance_sessions/ retrieves the
    // properties of a Custom Balance Check Session".
    path: '/api/balance_sessions/:ref/',
    summary: 'Reads a balance session. The payment method has the balance.',
    source: 'docs.joinforage.app/reference/view-balance-session',
    tokens: 'either',
    merchant: 'required',
    replies: { 200: { description: 'The session.', schema: balanceSessionSchema } },
    handle: (call) => ({ status: 200, body: writeBalanceSession(findBalanceSession(call)) }),
  }),
]

function openBalanceSession(call: ApiCall<BalanceBody>): BalanceSession {
  const { body, context, merchant, origin } = call
  const method = findPaymentMethod(call, body.payment_method)
  // "The payment_method must be of type ebt, otherwise you will receive a 400": reference/create-balance-session-1.
  requireEbt(call.path, method)
  const sessions = context.store.table(balanceSessionTable)
  const ref = newRef(context.random, sessions)
  const address = new URLSearchParams({ session: ref, merchant: merchant.fnsNumber })
  const session: BalanceSession = {
    ref,
    merchant,
    paymentMethod: method.ref,
    redirectUrl: `${origin}/balance?${address}`,
    successRedirectUrl: body.success_redirect_url,
    cancelRedirectUrl: body.cancel_redirect_url,
    error: null,
  }
  sessions.set(ref, session)
  return session
}

function findBalanceSession({ context, path, params, merchant }: ApiCall): BalanceSession {
  const ref = params['ref'] ?? ''
  const found = context.store.table(balanceSessionTable).get(ref)
  if (found?.merchant.id !== merchant.id) throw unknownOf('Session', SESSIONS, path, ref, merchant)
  return found
}

function writeBalanceSession(session: BalanceSession): Record<string, unknown> {
  return {
    ref: session.ref,
    payment_method: session.paymentMethod,
    success_redirect_url: session.successRedirectUrl,
    cancel_redirect_url: session.cancelRedirectUrl,
    redirect_url: session.redirectUrl,
  }
}
