/**
 * The merchant's half: authentication tokens kept, session tokens minted for the browser.
 *
 * @module @forage-session/server
 */

export { createForageServer } from './server/forage-server.ts'
export type {
  ForageFetchOptions,
  ForagePool,
  ForageServer,
  MintSessionTokenOptions,
  RevokeAllOptions,
} from './server/forage-server.ts'
export {
  createOAuthTokenClient,
  type OAuthTokenClient,
  type OAuthTokenStatus,
  type RefreshTokenStatus,
} from './token-client/oauth-token-client.ts'
export type {
  OAuthTokenClientOptions,
  OAuthTokenClientSettings,
  QuidkeyClientOptions,
  QuidkeyEnvironment,
  Rfc6749ClientOptions,
  Rfc6749Environment,
} from './token-client/refresh-options.ts'
export type { ForageServerOptions, PoolOptions } from './server/server-options.ts'
export type { ClientCredentials, Credentials } from './shared/credentials.ts'
export type { CustomEnvironment, Environment } from './upstream/environments.ts'
export type { ClientAuthMethod } from './oauth/oauth-client.ts'
export type { SessionToken } from './calls/session-token-mint.ts'
export type { SessionTokenHandler, SessionTokenHandlerOptions } from './endpoint/session-token-handler.ts'
export type { Authorization, Authorize } from './endpoint/authorize.ts'
export type { ClientIp } from './endpoint/client-ip.ts'
export type { RateLimiter, RateLimitOptions, RequestLimit } from './endpoint/rate-limit-options.ts'
export type { TokenRequestReason } from './endpoint/token-request.ts'
export type { ProblemCode } from './endpoint/problem.ts'
export type { UpstreamLimitOptions } from './upstream/upstream-limit.ts'
export type { ServerHealth } from './server/server-health.ts'
export type { PoolState, PoolStatus, PoolTokens } from './pool/pool-status.ts'
export type { Rotation } from './pool/token-rotation.ts'
export type { CompromiseReport, Emergency, RevokedToken } from './pool/token-compromise.ts'
export type { RevokeAllReport } from './server/revocation-all.ts'
export type { ForageServerEvent, ForageServerListener } from './shared/events.ts'
export { ForageServerError, isForageServerError, type ForageServerErrorCode } from './shared/errors.ts'
export { memoryStore, type MemoryStoreOptions } from './store/memory-store.ts'
export type { StoredValue, SwapOptions, SwapResult, TokenStore } from './store/token-store.ts'
export type {
  TelemetryMeter,
  TelemetryObserver,
  TelemetryOptions,
  TelemetryTracer,
} from './telemetry/telemetry.ts'
export type { TelemetryAttributes } from './telemetry/telemetry-count.ts'
export { createSealer, type SealContext, type Sealer, type SealingKeys } from './store/sealing.ts'
export type { ServerClock } from './shared/clock.ts'
export { fingerprint } from './shared/fingerprint.ts'
