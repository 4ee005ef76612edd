/**
 * The merchant's backend. It keeps authentication tokens, mints session tokens, and serves the endpoint that the browser
 * calls.
 *
 * @module @forage-session/server
 */

export {
  createForageServer,
  type ForageFetchOptions,
  type ForageServer,
  type MintSessionTokenOptions,
} from './server/forage-server.ts'
export type { ForageServerOptions, PoolOptions } from './server/server-options.ts'
export type { ClientCredentials, Credentials } from './shared/credentials.ts'
export type { CustomEnvironment, Environment } from './upstream/environments.ts'
export type { ClientAuthMethod } from './oauth/client-auth.ts'
export type { UpstreamLimitOptions } from './upstream/upstream-limit.ts'
export type { TelemetryOptions } from './telemetry/telemetry.ts'
export type { SessionToken } from './calls/session-token-mint.ts'
export type { SessionTokenHandler } from './endpoint/session-token-handler.ts'
export type { SessionTokenHandlerOptions } from './endpoint/handler-options.ts'
export type { Authorization, Authorize } from './endpoint/authorize.ts'
export type { ClientIp } from './endpoint/limits/client-ip.ts'
export type { RateLimiter, RateLimitOptions, RequestLimit } from './endpoint/limits/rate-limit-options.ts'
export type { ForagePool } from './server/forage-pool.ts'
export type { PoolStatus } from './pool/pool-status.ts'
export type { Rotation } from './pool/token-rotation.ts'
export type { CompromiseReport } from './shared/compromise-report.ts'
export type { Emergency } from './pool/token-compromise.ts'
export type { RevokeAllReport } from './server/revocation-all.ts'
export type { ServerHealth } from './server/server-health.ts'
export type { ForageServerEvent, ForageServerListener } from './shared/events.ts'
export { ForageServerError, isForageServerError } from './shared/errors.ts'
export type { ForageServerErrorCode, ProblemCode } from './shared/codes.ts'
export { memoryStore } from './store/memory-store.ts'
export type { StoredValue, SwapOptions, SwapResult, TokenStore } from './store/token-store.ts'
export { createSealer, type SealingKeys } from './store/sealing.ts'
export type { ServerClock } from './shared/clock.ts'
export { fingerprint } from './shared/fingerprint.ts'
