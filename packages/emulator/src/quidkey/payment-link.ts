import * as v from 'valibot'

import type { EmulatorContext, RouteContext } from '../context/context.ts'
import { formatAmount } from '../shared/money.ts'
import { defineTable, type TableDefinition } from '../state/table.ts'

/** A payment link, keyed by its ID. */
export interface PaymentLink {
  readonly id: string
  /** The last part of the address of its page. */
  readonly urlToken: string
  /** Minor units. */
  readonly amount: number
  readonly currency: string
  readonly reference: string
  readonly orderId: string | null
  readonly locale: string
  readonly metadata: Readonly<Record<string, unknown>> | null
  readonly createdAt: number
  readonly expiresAt: number
}

export const paymentLinkTable: TableDefinition<PaymentLink> = defineTable('quidkey_payment_links')

const status = v.picklist(['active', 'expired'])

export const createdLinkSchema: v.GenericSchema = v.object({
  success: v.literal(true),
  data: v.object({ link_id: v.string(), payment_link_url: v.string(), expires_at: v.string(), status }),
})

/** docs.quidkey.com/api-reference/payment-links/get-payment-link-by-id */
export const paymentLinkSchema: v.GenericSchema = v.object({
  success: v.literal(true),
  data: v.object({
    id: v.string(),
    amount: v.string(),
    currency: v.string(),
    payment_reference: v.string(),
    order_id: v.nullable(v.string()),
    status,
    link_type: v.literal('single_use'),
    views_count: v.number(),
    first_viewed_at: v.null(),
    expires_at: v.string(),
    created_at: v.string(),
    transaction_id: v.null(),
    locale: v.string(),
    metadata: v.nullable(v.record(v.string(), v.unknown())),
    payment_link_url: v.string(),
  }),
})

interface WrittenLink extends Readonly<Record<string, unknown>> {
  readonly id: string
  readonly status: 'active' | 'expired'
  readonly expires_at: string
  readonly payment_link_url: string
}

export function writeLink({ time }: EmulatorContext, c: RouteContext, row: PaymentLink): WrittenLink {
  return {
    id: row.id,
    amount: formatAmount(row.amount),
    currency: row.currency,
    payment_reference: row.reference,
    order_id: row.orderId,
    status: time.now() < row.expiresAt ? 'active' : 'expired',
    link_type: 'single_use',
    views_count: 0,
    first_viewed_at: null,
    expires_at: new Date(row.expiresAt).toISOString(),
    created_at: new Date(row.createdAt).toISOString(),
    transaction_id: null,
    locale: row.locale,
    metadata: row.metadata,
    payment_link_url: `${new URL(c.req.url).origin}/payment-link/${row.urlToken}`,
  }
}
