/**
 * The merchant's half: authentication tokens kept, session tokens minted for the browser.
 *
 * @module @forage-session/server
 */

export { createForageServer } from './forage-server.ts'
export type {
  ForageFetchOptions,
  ForagePool,
  ForageServer,
  MintSessionTokenOptions,
  RevokeAllOptions,
} from './forage-server.ts'
export {
  createOAuthTokenClient,
  type OAuthTokenClient,
  type OAuthTokenStatus,
  type RefreshTokenStatus,
} from './oauth-token-client.ts'
export type {
  OAuthTokenClientOptions,
  OAuthTokenClientSettings,
  QuidkeyClientOptions,
  QuidkeyEnvironment,
  Rfc6749ClientOptions,
  Rfc6749Environment,
} from './refresh-options.ts'
export type { ForageServerOptions, PoolOptions } from './server-options.ts'
export type { ClientCredentials, Credentials } from './credentials.ts'
export type { CustomEnvironment, Environment } from './environments.ts'
export type { ClientAuthMethod } from './oauth-client.ts'
export type { SessionToken } from './session-token-mint.ts'
export type { SessionTokenHandler, SessionTokenHandlerOptions } from './session-token-handler.ts'
export type { Authorization, Authorize } from './authorize.ts'
export type { ClientIp } from './client-ip.ts'
export type { RateLimiter, RateLimitOptions, RequestLimit } from './rate-limit-options.ts'
export type { TokenRequestReason } from './token-request.ts'
export type { ProblemCode } from './problem.ts'
export type { UpstreamLimitOptions } from './upstream-limit.ts'
export type { ServerHealth } from './server-health.ts'
export type { PoolState, PoolStatus, PoolTokens } from './pool-status.ts'
export type { Rotation } from './token-rotation.ts'
export type { CompromiseReport, Emergency, RevokedToken } from './token-compromise.ts'
export type { RevokeAllReport } from './revocation-all.ts'
export type { ForageServerEvent, ForageServerListener } from './events.ts'
export { ForageServerError, isForageServerError, type ForageServerErrorCode } from './errors.ts'
export { memoryStore, type MemoryStoreOptions } from './memory-store.ts'
export type { StoredValue, SwapOptions, SwapResult, TokenStore } from './token-store.ts'
export type { TelemetryMeter, TelemetryObserver, TelemetryOptions, TelemetryTracer } from './telemetry.ts'
export type { TelemetryAttributes } from './telemetry-count.ts'
export { createSealer, type SealContext, type Sealer, type SealingKeys } from './sealing.ts'
export type { ServerClock } from './clock.ts'
export { fingerprint } from './fingerprint.ts'
