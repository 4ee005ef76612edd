import { useForageQuery } from '@forage-session/react'
import { skipToken, useQuery, useQueryClient } from '@tanstack/react-query'

import type { Order, SavedCard } from '../../src/merchant/api/shop-api.ts'
import { decimalToCents } from '../shared/money.ts'
import type { Balance, PaymentMethod } from './forage-objects.ts'

/** The balances of the EBT card. */
export interface Funds {
  snapCents: number
  cashCents: number
}

export interface KnownBalance {
  /** Undefined if the balance is not known yet, or only from before this order. */
  funds: Funds | undefined
  isPending: boolean
  isError: boolean
  refetch: () => unknown
}

const readKey = (order: Order, card: SavedCard) => ['balance', order.id, card.ref] as const

/** Reads the balance of the card from Forage, unless this order has learned a newer one. */
export function useBalance(order: Order, card: SavedCard): KnownBalance {
  const learned = useQuery<Balance>({ queryKey: readKey(order, card), queryFn: skipToken })
  const method = useForageQuery({
    queryKey: ['payment_method', card.ref],
    queryFn: ({ forage }) => forage.get(`api/payment_methods/${card.ref}/`).json<PaymentMethod>(),
  })
  const stored = method.data?.balance ?? undefined
  // A balance from an earlier visit may be out of date.
  const isOfThisOrder = stored !== undefined && Date.parse(stored.updated) >= order.createdAt
  const balance = latest(learned.data, isOfThisOrder ? stored : undefined)
  return {
    funds: balance && {
      snapCents: decimalToCents(balance.snap),
      cashCents: decimalToCents(balance.non_snap),
    },
    isPending: method.isPending,
    isError: method.isError,
    refetch: method.refetch,
  }
}

/** A balance in an answer of the SDK. A decline names no time. */
export type ToldBalance = Pick<Balance, 'snap' | 'non_snap'> & { readonly updated?: string }

/** Returns a function that keeps a balance of the order's card from an answer of the SDK. */
export function useLearnBalance(order: Order): (told: ToldBalance) => void {
  const queries = useQueryClient()
  return ({ snap, non_snap, updated }) => {
    if (!order.card) return
    queries.setQueryData<Balance>(readKey(order, order.card), (last) => ({
      snap,
      non_snap,
      updated: updated ?? last?.updated ?? '',
    }))
  }
}

function latest(learned: Balance | undefined, stored: Balance | undefined): Balance | undefined {
  if (!learned || !stored) return learned ?? stored
  // A time that is unknown is no number, and the comparison is false.
  return Date.parse(stored.updated) > Date.parse(learned.updated) ? stored : learned
}
