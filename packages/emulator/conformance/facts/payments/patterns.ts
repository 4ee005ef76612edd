import { isText, type Pattern } from '../../expect.ts'

/** A ref of the API: ten hex digits. */
export const ref: RegExp = /^[0-9a-f]{10}$/
/** A decimal with two places, as a string. */
export const decimal: RegExp = /^\d+\.\d\d$/
/** A time by ISO 8601, in UTC or with an offset. */
export const time: RegExp = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/

/** The receipt of a payment of 20 dollars by SNAP from a test card with 1000 dollars. */
export const receipt: Pattern = {
  ref_number: isText,
  is_voided: false,
  snap_amount: '20.00',
  ebt_cash_amount: '0.00',
  other_amount: '0.00',
  sales_tax_applied: '0.00',
  balance: { snap: '980.00', non_snap: '1000.00', updated: time },
  last_4: /^\d{4}$/,
  message: 'Approved',
  transaction_type: 'Payment',
  created: time,
}
