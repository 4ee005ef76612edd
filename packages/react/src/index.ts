/**
 * A Forage session for React: the provider, hooks, TanStack Query and Forage's browser SDK.
 *
 * @module @forage-session/react
 */
'use client'

export {
  ForageSessionProvider,
  type ForageSessionProviderProps,
} from './provider/forage-session-provider.tsx'

export { useForageSession } from './hooks/use-forage-session.ts'
export { useSessionStatus } from './hooks/use-session-status.ts'
export { useSuspenseForageSession } from './waiting/use-suspense-forage-session.ts'
export { SessionGate, type SessionGateFailure, type SessionGateProps } from './waiting/session-gate.tsx'

export { useForageClient } from './hooks/use-forage-client.ts'
export {
  useForageQuery,
  type ForageQueryContext,
  type UseForageQueryOptions,
} from './query/use-forage-query.ts'
export {
  useForageMutation,
  type ForageMutationContext,
  type UseForageMutationOptions,
} from './query/use-forage-mutation.ts'
export type { ForageQueryKey } from './provider/forage-query-key.ts'

export { useForageSdk, type UseForageSdkResult } from './sdk/use-forage-sdk.ts'
export type { UseForageSdkOptions } from './sdk/sdk-source.ts'
export { ForageSdkError, type ForageSdkErrorCode } from './sdk/forage-sdk-error.ts'
export type {
  ForageBalance,
  ForageConfig,
  ForageElement,
  ForageElementEvent,
  ForageElementOptions,
  ForageElementStyle,
  ForageElementType,
  ForageFactory,
  ForagePayment,
  ForagePaymentMethod,
  ForagePaymentSheet,
  ForagePaymentSheetField,
  ForagePaymentSheetStyles,
  ForageSdk,
  TokenizeCardOptions,
} from './sdk/forage-sdk-types.ts'
