import type { ForageServer } from '@forage-session/server'

import type { StoredCheckout } from './checkouts.ts'
import { hashedCustomer } from './customer-cookie.ts'
import { decimalAmount } from './prices.ts'
import type { CheckoutPayment } from './shop-api.ts'

/** What Forage did not accept. */
export class PaymentRefusedError extends Error {
  override readonly name = 'PaymentRefusedError'
}

export interface Payments {
  /** The one payment of this checkout and card, also if it is asked for twice at once. */
  prepare(checkout: StoredCheckout, paymentMethodRef: string): Promise<CheckoutPayment>
}

interface PaymentOnWire {
  ref: string
  status: string
}

/** A payment that failed may be captured again; one that ran out after its 30 minutes may not. */
const capturable = new Set(['requires_confirmation', 'failed'])

/** Payments are created here, with the authentication token and our own prices; the browser only captures them. */
export function createPayments(forage: ForageServer, merchantAccount: string): Payments {
  const read = async (ref: string): Promise<PaymentOnWire> =>
    paymentOf(await forage.fetch(`/api/payments/${ref}/`, {}, { merchantAccount }))

  const create = async (checkout: StoredCheckout, card: string, attempt: number): Promise<PaymentOnWire> => {
    const headers = {
      'Content-Type': 'application/json',
      // The same key, the same payment: a double click or a lost answer makes no second one.
      'Idempotency-Key': `${checkout.id}-${card}-${attempt}`,
    }
    const body = JSON.stringify(newPayment(checkout, card))
    return paymentOf(
      await forage.fetch('/api/payments/', { method: 'POST', headers, body }, { merchantAccount }),
    )
  }

  const open = async (checkout: StoredCheckout, card: string, attempt: number): Promise<CheckoutPayment> => {
    const { ref, status } = await create(checkout, card, attempt)
    if (status === 'succeeded') return markPaid(checkout, ref)
    checkout.payment = { status: 'open', paymentMethodRef: card, paymentRef: ref, attempt }
    return { paymentRef: ref, isPaid: false }
  }

  return {
    async prepare(checkout, card) {
      const { payment } = checkout
      if (payment.status === 'paid') return { paymentRef: payment.paymentRef, isPaid: true }
      if (payment.status === 'none') return open(checkout, card, 1)
      const { ref, status } = await read(payment.paymentRef)
      // Captured before, in another tab or by a request whose answer was lost: no second card is charged as well.
      if (status === 'succeeded') return markPaid(checkout, ref)
      const isGood = payment.paymentMethodRef === card && capturable.has(status)
      return isGood ? { paymentRef: ref, isPaid: false } : open(checkout, card, payment.attempt + 1)
    },
  }
}

function markPaid(checkout: StoredCheckout, paymentRef: string): CheckoutPayment {
  checkout.payment = { status: 'paid', paymentRef }
  return { paymentRef, isPaid: true }
}

function newPayment(checkout: StoredCheckout, paymentMethodRef: string): Record<string, unknown> {
  return {
    amount: decimalAmount(checkout.totalCents),
    funding_type: 'ebt_snap',
    payment_method: paymentMethodRef,
    description: `Groceries, ${checkout.lines.length} items`,
    metadata: { checkout_id: checkout.id },
    customer_id: hashedCustomer(checkout.customer),
    is_delivery: false,
  }
}

async function paymentOf(response: Response): Promise<PaymentOnWire> {
  if (response.ok) return (await response.json()) as PaymentOnWire
  await response.body?.cancel()
  throw new PaymentRefusedError(`Forage answered ${response.status} to a payment`)
}
