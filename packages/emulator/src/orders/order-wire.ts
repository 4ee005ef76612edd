import * as v from 'valibot'

import type { EmulatorContext } from '../context/context.ts'
import { isSince, type ApiVersion } from '../shared/api-versions.ts'
import { formatAmount } from '../shared/money.ts'
import { decimalSchema, isoTime, recordSchema, refSchema, timestampSchema, utcTime } from '../shared/wire.ts'
import { balanceSchema, writeBalance } from '../vault/balance.ts'
import { orderStatus } from './order-state.ts'
import { benefits, type Order, type OrderReceipt, type OrderTotals, type Product } from './order.ts'

const benefitSchema = v.picklist(benefits)

const productSchema = v.object({
  name: v.string(),
  upc: v.string(),
  unit_price: decimalSchema,
  quantity: v.number(),
  tax_rate: v.string(),
  taxes_charged: v.null(),
  taxes_exempted: v.null(),
  eligibility: benefitSchema,
})

export const orderReceiptSchema: v.GenericSchema = v.object({
  ref_number: v.string(),
  is_voided: v.boolean(),
  snap_amount: decimalSchema,
  ebt_cash_amount: decimalSchema,
  other_amount: decimalSchema,
  sales_tax_applied: decimalSchema,
  balance: v.nullable(v.intersect([v.object({ id: v.number() }), balanceSchema])),
  last_4: v.string(),
  message: v.string(),
  transaction_type: v.picklist(['Order', 'Refund']),
  created: timestampSchema,
})

/** Versions since 2025-08-04 omit them. */
const totalEntries = {
  snap_total: v.optional(decimalSchema),
  ebt_cash_total: v.optional(decimalSchema),
  remaining_total: v.optional(decimalSchema),
}

const sharedEntries = {
  ref: refSchema,
  ...totalEntries,
  product_list: v.nullable(v.array(productSchema)),
  status: v.picklist(['draft', 'processing', 'succeeded', 'failed', 'canceled']),
  delivery_address: v.nullable(recordSchema),
  is_delivery: v.boolean(),
  success_redirect_url: v.string(),
  cancel_redirect_url: v.string(),
  supported_benefits: v.array(benefitSchema),
  success_date: v.nullable(timestampSchema),
  receipt: v.nullable(orderReceiptSchema),
  customer_id: v.nullable(v.string()),
  is_commercial_shipping: v.nullable(v.boolean()),
  previous_errors: v.array(v.object({ code: v.string(), message: v.string() })),
}

/** docs.joinforage.app/reference/orders */
export const orderSchema: v.GenericSchema = v.object({
  ...sharedEntries,
  expires_at: timestampSchema,
  psp_customer_id: v.nullable(v.string()),
  external_order_id: v.nullable(v.string()),
  payments: v.array(refSchema),
  refunds: v.array(refSchema),
})

/** docs.joinforage.app/reference/forage-sessions */
export const sessionSchema: v.GenericSchema = v.object({ ...sharedEntries, redirect_url: v.string() })

export function writeOrder(
  context: EmulatorContext,
  version: ApiVersion,
  order: Order,
): Record<string, unknown> {
  return {
    ...writeShared(context, version, order),
    expires_at: isoTime(order.expiresAt),
    psp_customer_id: order.pspCustomerId,
    external_order_id: order.externalOrderId,
    payments: [...order.payments],
    refunds: [...order.refunds],
  }
}

export function writeSession(
  context: EmulatorContext,
  version: ApiVersion,
  order: Order,
): Record<string, unknown> {
  return { ...writeShared(context, version, order), redirect_url: order.redirectUrl }
}

function writeShared(context: EmulatorContext, version: ApiVersion, order: Order): Record<string, unknown> {
  const { receipt } = order
  return {
    ref: order.ref,
    ...(isSince(version, '2025-08-04') ? {} : writeTotals(order.totals)),
    product_list: order.products && order.products.map(writeProduct),
    status: orderStatus(context, order),
    delivery_address: order.deliveryAddress && { ...order.deliveryAddress },
    is_delivery: order.isDelivery,
    success_redirect_url: order.successRedirectUrl,
    cancel_redirect_url: order.cancelRedirectUrl,
    supported_benefits: [...order.supportedBenefits],
    success_date: receipt && utcTime(receipt.at),
    receipt: receipt && writeOrderReceipt(order.ref, receipt, 'Order'),
    customer_id: order.customerId,
    is_commercial_shipping: order.isCommercialShipping,
    previous_errors: order.previousErrors.map(({ code, message }) => ({ code, message })),
  }
}

function writeTotals({ snap, ebtCash, remaining }: OrderTotals): Record<string, unknown> {
  return {
    snap_total: formatAmount(snap),
    ebt_cash_total: formatAmount(ebtCash),
    remaining_total: formatAmount(remaining),
  }
}

function writeProduct(product: Product): Record<string, unknown> {
  return {
    name: product.name,
    upc: product.upc,
    unit_price: formatAmount(product.unitPrice),
    quantity: product.quantity,
    tax_rate: product.taxRate.toFixed(6),
    // The emulator adds no tax.
    taxes_charged: null,
    taxes_exempted: null,
    eligibility: product.eligibility,
  }
}

export function writeOrderReceipt(
  ref: string,
  receipt: OrderReceipt,
  type: 'Order' | 'Refund',
): Record<string, unknown> {
  const { balance } = receipt
  return {
    ref_number: ref,
    is_voided: false,
    snap_amount: formatAmount(receipt.snap),
    ebt_cash_amount: formatAmount(receipt.cash),
    other_amount: formatAmount(receipt.other),
    sales_tax_applied: '0.00',
    balance: balance && { id: 1, ...writeBalance(balance) },
    last_4: receipt.last4,
    message: 'Approved',
    transaction_type: type,
    created: isoTime(receipt.at),
  }
}
