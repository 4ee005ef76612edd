/**
 * Access tokens of an API that issues refresh tokens, kept with the same slot, store and rules as Forage's tokens.
 *
 * @module @forage-session/server/oauth
 */

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
