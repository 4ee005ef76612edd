import {
  MutationCache,
  QueryCache,
  QueryClient,
  useQuery,
  useQueryClient,
  type UseQueryOptions,
  type UseQueryResult,
} from '@tanstack/react-query'

import type { Account, Order, SavedCard, ShopConfig } from '../../src/merchant/api/shop-api.ts'
import { readAccount, readCards, readConfig, readOrder, ShopError, type AccountPath } from './shop-client.ts'
import { tellTabs } from './tabs.ts'

export const accountKey = (path: AccountPath = '/api/account') => ['account', path] as const
export const storeOrdersKey = ['store-orders'] as const
/** In every account's view. */
const orderKey = (id: string) => ['order', id] as const

/** Whatever is answered with "you are signed out" makes the page know it. */
export function createShopQueries(accountPath: AccountPath = '/api/account'): QueryClient {
  const noticeSignOut = (error: Error): void => {
    if (error instanceof ShopError && error.code === 'signed_out')
      queries.setQueryData(accountKey(accountPath), null)
  }
  const queries = new QueryClient({
    queryCache: new QueryCache({ onError: noticeSignOut }),
    mutationCache: new MutationCache({
      onError(error) {
        noticeSignOut(error)
        // What is refused to an order is refused for what it has become meanwhile.
        if (error instanceof ShopError) void queries.invalidateQueries({ queryKey: ['order'] })
      },
    }),
    defaultOptions: {
      // Offline, a customer is told so; nothing waits to be sent when nobody looks.
      queries: { networkMode: 'always', refetchOnReconnect: true, retry: isWorthAnother },
      mutations: { networkMode: 'always' },
    },
  })
  return queries
}

function isWorthAnother(failureCount: number, error: Error): boolean {
  const isForGood = error instanceof ShopError && error.code !== 'unreachable'
  return !isForGood && failureCount < 2
}

export function useConfig(): UseQueryResult<ShopConfig> {
  return useQuery({ queryKey: ['config'], queryFn: readConfig, staleTime: Infinity })
}

export function useAccount(path: AccountPath = '/api/account'): UseQueryResult<Account | null> {
  return useQuery({ queryKey: accountKey(path), queryFn: () => readAccount(path) })
}

export function useCards(): UseQueryResult<SavedCard[]> {
  return useQuery({ queryKey: ['cards', useAccountId()], queryFn: readCards })
}

/** The order as the backend has it, which asks Forage: what another tab paid is paid here. */
export function useOrder(
  id: string,
  options: Pick<UseQueryOptions<Order>, 'retry' | 'refetchInterval'> = {},
): UseQueryResult<Order> {
  return useQuery({
    ...options,
    queryKey: [...orderKey(id), useAccountId()],
    queryFn: () => readOrder(id),
  })
}

/** Shows an order that the backend just answered with, here and in the other tabs. */
export function useShowOrder(): (order: Order) => void {
  const queries = useQueryClient()
  const accountId = useAccountId()
  return (order) => {
    queries.setQueryData([...orderKey(order.id), accountId], order)
    tellTabs(orderKey(order.id))
  }
}

/** The store's list with an order that the backend just answered with. */
export function useShowStoreOrder(): (order: Order) => void {
  const queries = useQueryClient()
  return (order) =>
    queries.setQueryData<Order[]>(storeOrdersKey, (orders) =>
      orders?.map((each) => (each.id === order.id ? order : each)),
    )
}

/** A part of the keys of what is for one customer: the next one at this screen sees none of it. */
function useAccountId(): string | undefined {
  return useAccount().data?.id
}
