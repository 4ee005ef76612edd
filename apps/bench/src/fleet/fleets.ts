import type { CreateFleet } from './fleet-under-test.ts'
import { ourFleet } from './our-fleet.ts'
import { processCacheFleet, sharedCacheFleet } from './process-cache-fleet.ts'

export const fleets = {
  ours: ourFleet,
  '60 s buffer, per process': processCacheFleet,
  '60 s buffer, shared': sharedCacheFleet,
} satisfies Record<string, CreateFleet>

export type FleetName = keyof typeof fleets
export const fleetNames = Object.keys(fleets) as FleetName[]
