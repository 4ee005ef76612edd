import type { EmulatorContext } from '../../context/context.ts'
import { newRef } from '../../state/new-ref.ts'
import { ebtDecline } from '../../vault/ebt-declines.ts'
import { networkOf, type EbtAnswer } from '../../vault/ebt-network.ts'
import { benefitOf, ebtReceipt } from '../captures/capture-ebt.ts'
import { creditReceipt } from '../captures/credit-payments.ts'
import { refundEventData } from '../event-data.ts'
import { isEbt } from '../funding.ts'
import type { Payment } from '../payment.ts'
import { changePayment, panOf } from '../stored-payment.ts'
import { isProcessing, refundsOf, refundTable, type Refund, type RefundOutcome } from './refund.ts'

type NewRefund = Pick<
  Refund,
  'amount' | 'reason' | 'metadata' | 'externalOrderId' | 'isPos' | 'merchantFixed' | 'platformFixed'
> & {
  /** How long the refund is `processing`. */
  readonly processingMs: number
}

/** Returns the cents of a payment that can still be refunded. */
export function refundable(context: EmulatorContext, payment: Payment): number {
  const { amount, outcome } = payment
  if (outcome.status !== 'succeeded' || outcome.receipt.voidedAt !== null) return 0
  const refunded = refundsOf(context, payment)
    .filter((refund) => refund.outcome.status === 'succeeded' && refund.outcome.receipt.voidedAt === null)
    .reduce((cents, refund) => cents + refund.amount, 0)
  return (amount ?? 0) - refunded
}

/** Refunds a payment. Also stores a declined refund, as a failed one. */
export function refundPayment(
  context: EmulatorContext,
  payment: Payment,
  { processingMs, ...fields }: NewRefund,
): Refund {
  const now = context.time.now()
  const refunds = context.store.table(refundTable)
  const refund: Refund = {
    ...fields,
    ref: newRef(context.random, refunds),
    merchant: payment.merchant,
    payment: payment.ref,
    fundingType: payment.fundingType,
    createdAt: now,
    completesAt: now + processingMs,
    outcome: outcomeOf(context, payment, fields.amount),
  }
  refunds.set(refund.ref, refund)
  changePayment(context, payment, { refunds: [...(payment.refunds ?? []), refund.ref] })
  void emitOnceComplete(context, refund, processingMs)
  return refund
}

function outcomeOf(context: EmulatorContext, payment: Payment, amount: number): RefundOutcome {
  const pan = panOf(context, payment)
  if (!isEbt(payment.fundingType))
    return { status: 'succeeded', receipt: creditReceipt(context, pan, amount) }
  const benefit = benefitOf(payment)
  const answer: EbtAnswer =
    amount > refundable(context, payment)
      ? { approved: false, decline: ebtDecline('61') }
      : networkOf(context).refund(pan, benefit, amount)
  const receipt = ebtReceipt(context, pan, { [benefit]: amount }, answer)
  if (answer.approved) return { status: 'succeeded', receipt }
  const { forage_code: code, message } = answer.decline
  return { status: 'failed', error: { code, message }, receipt }
}

async function emitOnceComplete(
  context: EmulatorContext,
  refund: Refund,
  processingMs: number,
): Promise<void> {
  if (processingMs > 0) await context.time.sleep(processingMs)
  // `reset` deletes it.
  if (context.store.table(refundTable).get(refund.ref) !== refund) return
  context.events.emit({ type: 'REFUND_STATUS_UPDATED', data: refundEventData(refund) })
}

/** Voids a refund: "It reinstates the original charge to the customer." Returns undefined if it cannot be voided. */
export function voidRefund(context: EmulatorContext, payment: Payment, refund: Refund): Refund | undefined {
  const { amount, outcome, ref } = refund
  if (isProcessing(context, refund) || outcome.status !== 'succeeded' || outcome.receipt.voidedAt !== null)
    return undefined
  const charged =
    !isEbt(refund.fundingType) ||
    networkOf(context).reverse(panOf(context, payment), benefitOf(payment), -amount).approved
  if (!charged) return undefined
  const voided: Refund = {
    ...refund,
    outcome: { ...outcome, receipt: { ...outcome.receipt, voidedAt: context.time.now() } },
  }
  context.store.table(refundTable).set(ref, voided)
  return voided
}
