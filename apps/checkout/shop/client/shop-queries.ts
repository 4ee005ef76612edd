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
import { notifyTabs } from './tabs.ts'

export const accountKey = (path: AccountPath = '/api/account') => ['account', path] as const
export const storeOrdersKey = ['store-orders'] as const
/** The key of an order for every account. The account's id follows it. */
const orderKey = (id: string) => ['order', id] as const

/** Creates the query client. If any answer says that the customer is signed out, the page shows the sign-in. */
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
        // A refused change often means that the order has changed in another tab.
        if (error instanceof ShopError) void queries.invalidateQueries({ queryKey: ['order'] })
      },
    }),
    defaultOptions: {
      // When the browser is offline, requests fail at once and the customer sees it. Without it, React Query would wait and send them later.
      queries: { networkMode: 'always', refetchOnReconnect: true, retry: shouldRetry },
      mutations: { networkMode: 'always' },
    },
  })
  return queries
}

function shouldRetry(failureCount: number, error: Error): boolean {
  const isFinal = error instanceof ShopError && error.code !== 'unreachable'
  return !isFinal && failureCount < 2
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

/** Reads the order. The backend checks it with Forage, so payments of other tabs are included. */
export function useOrder(
  id: string,
  options: Pick<UseQueryOptions<Order>, 'enabled' | 'retry' | 'refetchInterval'> = {},
): UseQueryResult<Order> {
  return useQuery({
    ...options,
    queryKey: [...orderKey(id), useAccountId()],
    queryFn: () => readOrder(id),
  })
}

/** Returns a function that shows the order of a backend answer, here and in the other tabs. */
export function useShowOrder(): (order: Order) => void {
  const queries = useQueryClient()
  const accountId = useAccountId()
  return (order) => {
    queries.setQueryData([...orderKey(order.id), accountId], order)
    notifyTabs(orderKey(order.id))
  }
}

/** Returns a function that replaces an order in the store's list. */
export function useShowStoreOrder(): (order: Order) => void {
  const queries = useQueryClient()
  return (order) =>
    queries.setQueryData<Order[]>(storeOrdersKey, (orders) =>
      orders?.map((each) => (each.id === order.id ? order : each)),
    )
}

/** Returns a part of the query keys, so that the next customer in this browser never sees this customer's data. */
function useAccountId(): string | undefined {
  return useAccount().data?.id
}
