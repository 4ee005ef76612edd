export { createMerchantBackend, type MerchantBackend } from './merchant-backend.ts'
export { createVirtualClock, type VirtualClock } from './virtual-clock.ts'
export { createVirtualTabs, type VirtualTab } from './virtual-tabs.ts'
