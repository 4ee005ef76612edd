/**
 * The contract of a token store, as tests for a store that you write.
 *
 * @module @forage-session/server/testing
 */

export {
  describeTokenStore,
  type CreateTokenStore,
  type TokenStoreTestTools,
} from './testing/describe-token-store.ts'
