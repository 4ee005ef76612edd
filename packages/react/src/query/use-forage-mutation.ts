import {
  useMutation,
  type DefaultError,
  type MutationFunctionContext,
  type UseMutationOptions,
  type UseMutationResult,
} from '@tanstack/react-query'
import type { KyInstance } from 'ky'

import { forageQueryKey } from '../provider/forage-query-key.ts'
import { useSessionScope } from '../provider/session-context.ts'
import { useCheckoutClient } from './use-checkout-client.ts'

/** The context of TanStack Query's `mutationFn`, with a client that carries the token. */
export type ForageMutationContext = MutationFunctionContext & {
  /** Attaches the token, and replays once on a 401 about it. */
  forage: KyInstance
}

/**
 * The options of TanStack Query's `useMutation`, whose `mutationFn` is given {@link ForageMutationContext}.
 */
export type UseForageMutationOptions<
  Data = unknown,
  Failure = DefaultError,
  Variables = void,
  Kept = unknown,
> = Omit<UseMutationOptions<Data, Failure, Variables, Kept>, 'mutationFn'> & {
  mutationFn: (variables: Variables, context: ForageMutationContext) => Promise<Data>
}

/**
 * TanStack Query's `useMutation` with a client for Forage. Its key becomes `["forage", checkoutId, ...mutationKey]`.
 * It is repeated only if its own `retry` says so, whatever the defaults of the app are, and replayed on a 401 about
 * the token where the session's policy allows it. It fails with the session's error when no token can be had. One
 * that waits for the network is not sent under another checkout: it fails with `checkout_changed`. When the
 * checkout changes the hook is idle again.
 */
export function useForageMutation<Data = unknown, Failure = DefaultError, Variables = void, Kept = unknown>(
  options: UseForageMutationOptions<Data, Failure, Variables, Kept>,
): UseMutationResult<Data, Failure, Variables, Kept> {
  const { checkoutId } = useSessionScope()
  const { forage, assertCheckout } = useCheckoutClient()
  return useMutation({
    ...options,
    // A capture is not sent again because other mutations of the app may be.
    retry: options.retry ?? false,
    mutationKey: forageQueryKey(checkoutId, options.mutationKey ?? []),
    mutationFn: async (variables, context) => {
      assertCheckout()
      return await options.mutationFn(variables, { ...context, forage })
    },
  })
}
