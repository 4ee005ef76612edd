import {
  useMutation,
  type DefaultError,
  type MutationFunctionContext,
  type UseMutationOptions,
  type UseMutationResult,
} from '@tanstack/react-query'
import type { KyInstance } from 'ky'
import { useRef } from 'react'

import { forageQueryKey } from '../provider/forage-query-key.ts'
import { useSessionScope } from '../provider/session-context.ts'
import { useLayout } from '../shared/hook-tools.ts'
import { useCheckoutClient } from './use-checkout-client.ts'

/** The context of TanStack Query's `mutationFn`, with a client that attaches the token. */
export type ForageMutationContext = MutationFunctionContext & {
  /** Attaches the token, and replays a request once after a 401 about it. */
  forage: KyInstance
}

/** The options of TanStack Query's `useMutation`, with a `mutationFn` that receives a {@link ForageMutationContext}. */
export type UseForageMutationOptions<
  Data = unknown,
  Failure = DefaultError,
  Variables = void,
  Kept = unknown,
> = Omit<UseMutationOptions<Data, Failure, Variables, Kept>, 'mutationFn'> & {
  /** Sends the requests of the mutation. */
  mutationFn: (variables: Variables, context: ForageMutationContext) => Promise<Data>
}

/**
 * Calls TanStack Query's `useMutation` with a client for Forage. Its key becomes
 * `["forage", checkoutId, ...mutationKey]`. Only its own `retry` repeats it, not a default of the app. After a 401
 * about the token a request is replayed if the session's policy allows it. If no token is available, the mutation
 * fails with the session's error. A mutation that waited for the network fails with `checkout_changed` if the
 * checkout changed or was cleared. After a change of the checkout, and after `clear()`, the hook is idle.
 *
 * @example
 * ```tsx
 * import { useForageMutation } from '@forage-session/react'
 *
 * export function RefundButton({ paymentRef }: { paymentRef: string }) {
 *   const refund = useForageMutation({
 *     mutationFn: (amount: string, { forage }) =>
 *       forage.post(`api/payments/${paymentRef}/refunds/`, { json: { amount } }).json(),
 *   })
 *   return <button onClick={() => refund.mutate('10.00')}>Refund $10.00</button>
 * }
 * ```
 */
export function useForageMutation<Data = unknown, Failure = DefaultError, Variables = void, Kept = unknown>(
  options: UseForageMutationOptions<Data, Failure, Variables, Kept>,
): UseMutationResult<Data, Failure, Variables, Kept> {
  const { checkoutId, clears } = useSessionScope()
  const { forage, assertCheckout } = useCheckoutClient()
  const result = useMutation({
    ...options,
    // If the app retries its other mutations, a capture must still be sent only once.
    retry: options.retry ?? false,
    mutationKey: forageQueryKey(checkoutId, options.mutationKey ?? []),
    mutationFn: async (variables, context) => {
      assertCheckout()
      return await options.mutationFn(variables, { ...context, forage })
    },
  })
  const { reset } = result
  const shown = useRef(clears)
  // Another checkout has another key. After `clear()` the key is the same, but the result is the former customer's.
  useLayout(() => {
    if (shown.current !== clears) reset()
    shown.current = clears
  }, [clears, reset])
  return result
}
