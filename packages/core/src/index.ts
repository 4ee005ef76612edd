/**
 * Keeps one session token usable for every caller in the page.
 *
 * @module @forage-session/core
 */

export { createForageSession } from './session.ts'
export type { ForageSessionOptions, SessionPlatform } from './session-options.ts'
export type {
  ForageSession,
  GetTokenOptions,
  MaybeDisposable,
  WithTokenContext,
  WithTokenOptions,
} from './state/forage-session.ts'
export type { ForageEnvironment } from './token/environments.ts'

export { merchantEndpoint, type MerchantEndpointOptions } from './token/token-source.ts'
export type { TokenRequest, TokenResponse, TokenSource } from './token/token-source.ts'

export type { SessionEvent, SessionState } from './state/session-state.ts'
export { ForageSessionError, isForageSessionError, type ForageSessionErrorCode } from './shared/errors.ts'

export { isSdkRejection } from './fetch/rejection.ts'
export type { ReplayCandidate, ReplayPolicy } from './fetch/replay-policy.ts'
export type { PageLifecycle, PageLifecycleEvent } from './state/page-lifecycle.ts'
export type { SessionClock } from './shared/session-clock.ts'
export type { TabChannel } from './tabs/tab-channel.ts'
