/** The fields of Forage's objects that the shop reads (docs.joinforage.app/reference). `non_snap` is EBT Cash. */

export interface Balance {
  snap: string
  non_snap: string
  updated: string
}

export interface PaymentMethod {
  ref: string
  balance: Balance | null
  card: { last_4: string }
}

export interface Receipt {
  ref_number: string
  snap_amount: string
  ebt_cash_amount: string
  balance: Balance | null
  last_4: string
  created: string
}

export interface Payment {
  ref: string
  amount: string
  status: string
  receipt: Receipt | null
}
