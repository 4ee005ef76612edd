import * as v from 'valibot'

import { amountSchema } from '../payments/payment-body.ts'
import { parseAmount } from '../shared/money.ts'
import { benefits, type OrderTotals, type Product, type SupportedBenefit } from './order.ts'

/** The address of the page after the checkout, or `""` for no page (docs.joinforage.app/docs/quickstart). */
export const redirectUrlSchema: v.GenericSchema<string> = v.pipe(
  v.string('A redirect URL has to be a string.'),
  v.check(
    (value) => value === '' || (URL.canParse(value) && /^https?:$/.test(new URL(value).protocol)),
    'A redirect URL has to be an http(s) URL, or an empty string.',
  ),
)

const notATotal = 'A total has to be a decimal of at least 0 with at most two places.'

/** Reads a decimal of at least 0, as a string or number, in cents. */
const total = v.pipe(
  v.union([v.string(), v.number()], notATotal),
  v.check((value) => parseAmount(value) !== undefined, notATotal),
  v.transform((value) => parseAmount(value) ?? 0),
)

const address = v.object(
  {
    city: v.string('delivery_address.city has to be a string.'),
    country: v.string('delivery_address.country has to be a string.'),
    line1: v.string('delivery_address.line1 has to be a string.'),
    line2: v.nullish(v.string('delivery_address.line2 has to be a string.'), null),
    state: v.string('delivery_address.state has to be a string.'),
    zipcode: v.string('delivery_address.zipcode has to be a string.'),
  },
  'delivery_address has to be an object.',
)

const notATaxRate = 'tax_rate has to be a decimal of at least 0.'

const product = v.pipe(
  v.object({
    name: v.string('name of a product has to be a string.'),
    upc: v.string('upc of a product has to be a string.'),
    unit_price: amountSchema,
    quantity: v.pipe(
      v.number('quantity has to be a number.'),
      v.integer('quantity has to be an integer.'),
      v.minValue(1, 'quantity has to be at least 1.'),
    ),
    tax_rate: v.nullish(v.union([v.string(), v.number()], notATaxRate), 0),
    eligibility: v.picklist(benefits, `eligibility has to be one of ${benefits.join(', ')}.`),
  }),
  v.check((given) => Number(given.tax_rate) >= 0, notATaxRate),
  v.transform((given): Product => ({
    name: given.name,
    upc: given.upc,
    unitPrice: given.unit_price,
    quantity: given.quantity,
    taxRate: Number(given.tax_rate),
    eligibility: given.eligibility,
  })),
)

const requiredFields = {
  success_redirect_url: redirectUrlSchema,
  cancel_redirect_url: redirectUrlSchema,
  delivery_address: address,
}

const optionalText = (name: string): v.GenericSchema<string | null | undefined> =>
  v.nullish(v.string(`${name} has to be a string.`))

const optionalFields = {
  snap_total: v.optional(total),
  ebt_cash_total: v.optional(total),
  remaining_total: v.optional(total),
  product_list: v.optional(v.array(product, 'product_list has to be a list.')),
  is_delivery: v.optional(v.boolean('is_delivery has to be true or false.')),
  supported_benefits: v.optional(
    v.array(v.picklist(benefits, `supported_benefits may list ${benefits.join(', ')}.`)),
  ),
  customer_id: optionalText('customer_id'),
  psp_customer_id: optionalText('psp_customer_id'),
  external_order_id: optionalText('external_order_id'),
  is_commercial_shipping: v.nullish(v.boolean('is_commercial_shipping has to be true or false.')),
}

interface Redirects {
  success_redirect_url: string
  cancel_redirect_url: string
}

export interface OrderBody extends Redirects {
  delivery_address: Record<string, unknown>
  /** Cents, like the next two. */
  snap_total?: number | undefined
  ebt_cash_total?: number | undefined
  remaining_total?: number | undefined
  product_list?: Product[] | undefined
  is_delivery?: boolean | undefined
  supported_benefits?: SupportedBenefit[] | undefined
  customer_id?: string | null | undefined
  psp_customer_id?: string | null | undefined
  external_order_id?: string | null | undefined
  is_commercial_shipping?: boolean | null | undefined
}

export interface FullyHostedBody extends OrderBody {
  ebt_payment_method?: string | null | undefined
}

interface PaymentDetail {
  payment_method: string
  /** Cents. */
  amount: number
}

export interface CaptureBody extends OrderBody {
  payment_details?: { ebt_snap?: PaymentDetail | undefined; ebt_cash?: PaymentDetail | undefined } | undefined
}

export interface BalanceBody extends Redirects {
  payment_method: string
}

export type OrderChanges = { [Name in keyof OrderBody]?: OrderBody[Name] | undefined }

export const orderChangesSchema: v.GenericSchema<unknown, OrderChanges> = v.partial(
  v.object({ ...requiredFields, ...optionalFields }),
)

export const fullyHostedSchema: v.GenericSchema<unknown, FullyHostedBody> = v.object({
  ...requiredFields,
  ...optionalFields,
  ebt_payment_method: optionalText('ebt_payment_method'),
})

const paymentDetail = v.object({
  payment_method: v.string('payment_method has to be the ref of a payment method.'),
  amount: amountSchema,
})

/**
 * The docs have only the name of `payment_details` (docs.joinforage.app/reference/changelog, 2024-03-05). Its shape by
 * funding type is inferred from the fields that it replaces.
 */
export const captureSchema: v.GenericSchema<unknown, CaptureBody> = v.object({
  ...requiredFields,
  ...optionalFields,
  payment_details: v.optional(
    v.object(
      { ebt_snap: v.optional(paymentDetail), ebt_cash: v.optional(paymentDetail) },
      'payment_details has to be an object.',
    ),
  ),
})

export const balanceSchema: v.GenericSchema<unknown, BalanceBody> = v.object({
  payment_method: v.string('payment_method has to be the ref of a payment method.'),
  success_redirect_url: redirectUrlSchema,
  cancel_redirect_url: redirectUrlSchema,
})

/** Returns the totals of a cart, by who may pay. */
export function totalsOf(products: readonly Product[]): OrderTotals {
  const sum = (eligibility: SupportedBenefit): number =>
    products
      .filter((each) => each.eligibility === eligibility)
      .reduce((cents, each) => cents + each.unitPrice * each.quantity, 0)
  return { snap: sum('snap'), ebtCash: sum('ebt_cash'), remaining: sum('non_ebt') }
}
