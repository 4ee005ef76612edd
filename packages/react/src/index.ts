/**
 * A session for React: a provider, hooks, TanStack Query and the Forage SDK.
 *
 * @module @forage-session/react
 */
'use client'

export { ForageSessionProvider } from './forage-session-provider.tsx'
export type {
  ForageSessionProviderProps,
  GivenSessionProps,
  OwnSessionProps,
} from './forage-session-provider.tsx'
export type { OwnSessionOptions } from './use-own-session.ts'

export { useForageSession } from './use-forage-session.ts'
export { useSessionStatus } from './use-session-status.ts'
export { useSessionExpiry, type SessionExpiry, type UseSessionExpiryOptions } from './use-session-expiry.ts'
export { useSuspenseForageSession } from './use-suspense-forage-session.ts'
export { SessionGate, type SessionGateFailure, type SessionGateProps } from './session-gate.tsx'
export { useGetToken } from './use-get-token.ts'
export { useSessionFetch } from './use-session-fetch.ts'

export { useForageClient } from './use-forage-client.ts'
export { useForageQuery, type ForageQueryContext, type UseForageQueryOptions } from './use-forage-query.ts'
export {
  useForageMutation,
  type ForageMutationContext,
  type UseForageMutationOptions,
} from './use-forage-mutation.ts'
export { forageQueryDefaults } from './query-defaults.ts'
export type { ForageQueryKey } from './forage-query-key.ts'

export { useForageSdk, type UseForageSdkResult } from './use-forage-sdk.ts'
export type { UseForageSdkOptions } from './sdk-bridge.ts'
export { ForageSdkError, type ForageSdkErrorCode } from './forage-sdk-error.ts'
export type * from './forage-sdk-types.ts'
