/**
 * One session token kept usable, for every caller in the page.
 *
 * @module @forage-session/core
 */

export { createForageSession } from './session.ts'
export type { ForageSessionOptions } from './session-options.ts'
export type { ForageSession, GetTokenOptions, WithTokenContext, WithTokenOptions } from './forage-session.ts'
export type { MaybeDisposable } from './maybe-disposable.ts'
export type { ForageEnvironment } from './environments.ts'

export { merchantEndpoint, type MerchantEndpointOptions } from './token-source.ts'
export type { TokenRequest, TokenResponse, TokenSource } from './token-source.ts'

export type { SessionEvent, SessionState } from './session-state.ts'
export { ForageSessionError, isForageSessionError, type ForageSessionErrorCode } from './errors.ts'

export { isSdkRejection } from './rejection.ts'
export type { ReplayCandidate, ReplayPolicy } from './replay-policy.ts'
export type { PageLifecycle, PageLifecycleEvent } from './page-lifecycle.ts'
export type { SessionClock } from './session-clock.ts'
export type { TabChannel } from './tab-channel.ts'
