/**
 * Simulates time, tabs and a backend in a test.
 *
 * @module @forage-session/core/testing
 */

export { expectNoTokenLeak, type LeakSearch } from './expect-no-token-leak.ts'
export {
  createMerchantBackend,
  type MerchantBackend,
  type MerchantBackendOptions,
} from './merchant-backend.ts'
export { createVirtualClock, type VirtualClock } from './virtual-clock.ts'
export { createVirtualTabs, type VirtualTab } from './virtual-tabs.ts'
