import type { ForageServer } from '@forage-session/server'

import type { PaymentStatus, SavedCard, Tender } from '../api/shop-api.ts'
import { decimalAmount } from '../orders/prices.ts'

/** What Forage did not accept. */
export class PaymentRefusedError extends Error {
  override readonly name = 'PaymentRefusedError'
  readonly status: number

  constructor(status: number) {
    super(`Forage answered ${status}`)
    this.status = status
  }
}

/** The rest of the 4xx ask to come again: with another token, later, or when the same request in flight is over. */
const passing = new Set([401, 408, 409, 423, 429])

/** Whether Forage has said no, so that nothing was done and nothing will be. */
export function isRefusedForGood(error: unknown): boolean {
  return error instanceof PaymentRefusedError && error.status < 500 && !passing.has(error.status)
}

export interface NewForagePayment {
  idempotencyKey: string
  tender: Exclude<Tender, 'card'>
  amountCents: number
  /** Of the payment method. */
  card: string
  orderId: string
  /** Hashed. */
  customerId: string
  isDelivery: boolean
}

export interface NewForageRefund {
  /** Forage forgets it after 10 minutes or 24 hours; `key` stays with the refund. */
  idempotencyKey: string
  key: string
  amountCents: number
  reason: string
}

export type RefundOutcome = 'processing' | 'succeeded' | 'failed'

export interface ForagePayments {
  /** The ref. The same key, the same payment: a double click or a lost answer makes no second one. */
  create(payment: NewForagePayment): Promise<string>
  statusOf(ref: string): Promise<PaymentStatus>
  /** False: it cannot be canceled any more. */
  cancel(ref: string): Promise<boolean>
  refund(ref: string, refund: NewForageRefund): Promise<RefundOutcome>
  /** What became of a refund, by its `key`. Undefined: Forage never heard of it. */
  findRefund(ref: string, key: string): Promise<RefundOutcome | undefined>
  /** Of a payment: the order that it was made for. Undefined: there is no such payment, or it has no order. */
  orderOf(ref: string): Promise<string | undefined>
  /** A card that belongs to this customer. */
  readCard(ref: string, customerId: string): Promise<SavedCard | undefined>
}

interface PaymentOnWire {
  ref: string
  status: string
  expires_at?: string
  metadata?: { order_id?: string }
}

interface RefundOnWire {
  status: string
  metadata: { refund_key?: string } | null
}

interface CardOnWire {
  ref: string
  customer_id?: string
  card: { last_4: string }
}

export interface ForagePaymentsOptions {
  /** When one call is given up. Default: 10 s from now. */
  deadline?: () => AbortSignal
}

/** Payments are created and refunded here, with the authentication token; the browser only captures them. */
export function createForagePayments(
  forage: Pick<ForageServer, 'fetch'>,
  merchantAccount: string,
  { deadline = () => AbortSignal.timeout(10_000) }: ForagePaymentsOptions = {},
): ForagePayments {
  const send = async (path: string, init: RequestInit): Promise<Response> =>
    ok(await forage.fetch(path, { ...init, signal: deadline() }, { merchantAccount }))
  const get = (path: string): Promise<Response> => send(path, {})
  const post = async <T>(path: string, body: object, key?: string): Promise<T> => {
    const headers = {
      // From this version on a refund's outcome is in the answer (docs.joinforage.app/reference/changelog).
      'API-Version': '2024-01-08',
      'Content-Type': 'application/json',
      ...(key !== undefined && { 'Idempotency-Key': key }),
    }
    const init = { method: 'POST', headers, body: JSON.stringify(body) }
    return (await (await send(path, init)).json()) as T
  }
  return {
    create: async (payment) =>
      (await post<PaymentOnWire>('/api/payments/', onWire(payment), payment.idempotencyKey)).ref,
    statusOf: async (ref) => paymentStatus(await get(`/api/payments/${ref}/`)),
    cancel: async (ref) => (await unlessRefused(post(`/api/payments/${ref}/cancel/`, {}))) !== undefined,
    async refund(ref, { idempotencyKey, key, amountCents, reason }) {
      const body = { amount: decimalAmount(amountCents), reason, metadata: { refund_key: key } }
      // 201 also if it failed: docs.joinforage.app/reference/create-payment-refund.
      return refundOutcome(await post<RefundOnWire>(`/api/payments/${ref}/refunds/`, body, idempotencyKey))
    },
    async findRefund(ref, key) {
      const refunds = (await (await get(`/api/payments/${ref}/refunds/`)).json()) as RefundOnWire[]
      const found = refunds.find(({ metadata }) => metadata?.refund_key === key)
      return found && refundOutcome(found)
    },
    async orderOf(ref) {
      const payment = await unlessRefused(get(`/api/payments/${ref}/`))
      return ((await payment?.json()) as PaymentOnWire | undefined)?.metadata?.order_id
    },
    async readCard(ref, customerId) {
      const found = (await (await get(`/api/payment_methods/${ref}/`)).json()) as CardOnWire
      return found.customer_id === customerId ? { ref: found.ref, last4: found.card.last_4 } : undefined
    },
  }
}

function onWire({ amountCents, tender, card, orderId, customerId, isDelivery }: NewForagePayment): object {
  return {
    amount: decimalAmount(amountCents),
    funding_type: tender,
    payment_method: card,
    description: `Order ${orderId}`,
    metadata: { order_id: orderId },
    customer_id: customerId,
    is_delivery: isDelivery,
  }
}

async function ok(response: Response): Promise<Response> {
  if (response.ok) return response
  await response.body?.cancel()
  throw new PaymentRefusedError(response.status)
}

/** What the status is after the 30 minutes is not documented: Forage's own clock tells, in `Date`. */
async function paymentStatus(response: Response): Promise<PaymentStatus> {
  const { status, expires_at } = (await response.json()) as PaymentOnWire
  if (status === 'succeeded') return 'paid'
  // However late it is: the charge that is under way may still go through.
  if (status === 'processing') return 'processing'
  if (Date.parse(response.headers.get('Date') ?? '') >= Date.parse(expires_at ?? '')) return 'expired'
  // One that failed may be captured again, on the same object.
  return status === 'requires_confirmation' || status === 'failed' ? 'open' : 'canceled'
}

function refundOutcome({ status }: RefundOnWire): RefundOutcome {
  return status === 'succeeded' || status === 'failed' ? status : 'processing'
}

/** Undefined: Forage would not. What the network lost is an error. */
async function unlessRefused<T>(asked: Promise<T>): Promise<T | undefined> {
  try {
    return await asked
  } catch (error) {
    if (isRefusedForGood(error)) return undefined
    throw error
  }
}
