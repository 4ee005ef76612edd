import type { ForageServer } from '@forage-session/server'

import type { PaymentStatus, SavedCard, Tender } from '../api/shop-api.ts'

/** Forage answered with a status that is not 2xx. */
export class PaymentRefusedError extends Error {
  override readonly name = 'PaymentRefusedError'
  readonly status: number

  constructor(status: number) {
    super(`Forage answered ${status}`)
    this.status = status
  }
}

/** After these statuses, a retry may succeed: with another token, later, or when an identical request has finished. */
const retryable = new Set([401, 408, 409, 423, 429])

/** Returns whether Forage refused the request for good, so that it had and will have no effect. */
export function isRefusedForGood(error: unknown): boolean {
  return error instanceof PaymentRefusedError && error.status < 500 && !retryable.has(error.status)
}

export interface NewForagePayment {
  idempotencyKey: string
  tender: Exclude<Tender, 'card'>
  amountCents: number
  /** The ref of the payment method. */
  card: string
  orderId: string
  /** The hashed id of the customer. */
  customerId: string
  isDelivery: boolean
}

export interface NewForageRefund {
  /** Forage keeps this key for 10 minutes or 24 hours. */
  idempotencyKey: string
  /** The merchant's key, which Forage keeps with the refund. */
  key: string
  amountCents: number
  reason: string
}

export interface PaymentOrigin {
  orderId: string
  /** The idempotency key of the call that created the payment. */
  key: string | undefined
}

export type RefundOutcome = 'processing' | 'succeeded' | 'failed'

export interface ForagePayments {
  /**
   * Creates a payment and returns its ref. The same idempotency key returns the same payment, so a double click or a
   * lost answer creates no second one.
   */
  create(payment: NewForagePayment): Promise<string>
  statusOf(ref: string): Promise<PaymentStatus>
  /** Cancels the payment. Returns false if it can no longer be canceled. */
  cancel(ref: string): Promise<boolean>
  refund(ref: string, refund: NewForageRefund): Promise<RefundOutcome>
  /** Returns the outcome of the refund with this `key`, or undefined if Forage has no such refund. */
  findRefund(ref: string, key: string): Promise<RefundOutcome | undefined>
  /** Returns what the payment was created for, or undefined if Forage has no such payment or it has no order. */
  orderOf(ref: string): Promise<PaymentOrigin | undefined>
  /** Returns the card if it belongs to this customer. */
  readCard(ref: string, customerId: string): Promise<SavedCard | undefined>
}

interface PaymentOnWire {
  ref: string
  status: string
  expires_at?: string
  metadata?: { order_id?: string; payment_key?: string }
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
  /** Returns the signal that aborts one call. Default: after 10 s. */
  deadline?: () => AbortSignal
}

/**
 * Creates the client for Forage's payments. The backend creates and refunds payments with the authentication token; the
 * browser only captures them.
 */
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
      // Since this version, the answer to a refund has its outcome (docs.joinforage.app/reference/changelog).
      'API-Version': '2024-01-08',
      'Content-Type': 'application/json',
      ...(key !== undefined && { 'Idempotency-Key': key }),
    }
    const init = { method: 'POST', headers, body: JSON.stringify(body) }
    return (await (await send(path, init)).json()) as T
  }
  return {
    create: async (payment) =>
      (await post<PaymentOnWire>('/api/payments/', paymentBody(payment), payment.idempotencyKey)).ref,
    statusOf: async (ref) => paymentStatus(await get(`/api/payments/${ref}/`)),
    cancel: async (ref) => (await unlessRefused(post(`/api/payments/${ref}/cancel/`, {}))) !== undefined,
    async refund(ref, { idempotencyKey, key, amountCents, reason }) {
      const body = { amount: decimalAmount(amountCents), reason, metadata: { refund_key: key } }
      // The status is 201 even if the refund failed (docs.joinforage.app/reference/create-payment-refund).
      return refundOutcome(await post<RefundOnWire>(`/api/payments/${ref}/refunds/`, body, idempotencyKey))
    },
    async findRefund(ref, key) {
      const refunds = (await (await get(`/api/payments/${ref}/refunds/`)).json()) as RefundOnWire[]
      const found = refunds.find(({ metadata }) => metadata?.refund_key === key)
      return found && refundOutcome(found)
    },
    async orderOf(ref) {
      const response = await unlessRefused(get(`/api/payments/${ref}/`))
      const metadata = ((await response?.json()) as PaymentOnWire | undefined)?.metadata
      const { order_id: orderId, payment_key: key } = metadata ?? {}
      return orderId === undefined ? undefined : { orderId, key }
    },
    async readCard(ref, customerId) {
      const found = (await (await get(`/api/payment_methods/${ref}/`)).json()) as CardOnWire
      return found.customer_id === customerId ? { ref: found.ref, last4: found.card.last_4 } : undefined
    },
  }
}

function paymentBody({
  idempotencyKey,
  amountCents,
  tender,
  card,
  orderId,
  customerId,
  isDelivery,
}: NewForagePayment): object {
  return {
    amount: decimalAmount(amountCents),
    funding_type: tender,
    payment_method: card,
    description: `Order ${orderId}`,
    metadata: { order_id: orderId, payment_key: idempotencyKey },
    customer_id: customerId,
    is_delivery: isDelivery,
  }
}

/** The decimal string of an amount, as Forage's API uses it. */
export function decimalAmount(cents: number): string {
  return `${Math.trunc(cents / 100)}.${String(cents % 100).padStart(2, '0')}`
}

async function ok(response: Response): Promise<Response> {
  if (response.ok) return response
  await response.body?.cancel()
  throw new PaymentRefusedError(response.status)
}

/** The status after the 30 minutes is not documented, so the `Date` header, Forage's own clock, decides. */
async function paymentStatus(response: Response): Promise<PaymentStatus> {
  const { status, expires_at } = (await response.json()) as PaymentOnWire
  if (status === 'succeeded') return 'paid'
  // A charge in progress may still succeed, even after the 30 minutes.
  if (status === 'processing') return 'processing'
  if (Date.parse(response.headers.get('Date') ?? '') >= Date.parse(expires_at ?? '')) return 'expired'
  // A failed payment can be captured again under the same ref.
  return status === 'requires_confirmation' || status === 'failed' ? 'open' : 'canceled'
}

function refundOutcome({ status }: RefundOnWire): RefundOutcome {
  return status === 'succeeded' || status === 'failed' ? status : 'processing'
}

/** Returns undefined if Forage refused the request for good. Rejects with every other error. */
async function unlessRefused<T>(sent: Promise<T>): Promise<T | undefined> {
  try {
    return await sent
  } catch (error) {
    if (isRefusedForGood(error)) return undefined
    throw error
  }
}
