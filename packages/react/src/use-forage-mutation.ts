import {
  useMutation,
  type DefaultError,
  type MutationFunctionContext,
  type UseMutationOptions,
  type UseMutationResult,
} from '@tanstack/react-query'
import type { KyInstance } from 'ky'

import { useForageClient } from './use-forage-client.ts'

export type ForageMutationContext = MutationFunctionContext & {
  /** Attaches the token, and replays once on a 401 about it. */
  forage: KyInstance
}

export type UseForageMutationOptions<
  Data = unknown,
  Failure = DefaultError,
  Variables = void,
  Kept = unknown,
> = Omit<UseMutationOptions<Data, Failure, Variables, Kept>, 'mutationFn'> & {
  mutationFn: (variables: Variables, context: ForageMutationContext) => Promise<Data>
}

/** TanStack Query's `useMutation` with a client for Forage. */
export function useForageMutation<Data = unknown, Failure = DefaultError, Variables = void, Kept = unknown>(
  options: UseForageMutationOptions<Data, Failure, Variables, Kept>,
): UseMutationResult<Data, Failure, Variables, Kept> {
  const forage = useForageClient()
  return useMutation({
    ...options,
    mutationFn: (variables, context) => options.mutationFn(variables, { ...context, forage }),
  })
}
