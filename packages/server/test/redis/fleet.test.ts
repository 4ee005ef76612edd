import { describeFleet, describeOutage, type FleetRulesOptions } from './fleet-rules.ts'
import { compileInstance, type InstanceOptions } from './fleet.ts'
import { hasRedis, RedisServer } from './redis-server.ts'

const rules: FleetRulesOptions<RedisServer> = {
  name: 'Redis',
  isInstalled: hasRedis,
  start: () => RedisServer.start(),
  // It stores nothing on disk.
  empty: async () => {},
  options: ({ port: redisPort }, apiUrl, redisTimeoutMs): InstanceOptions => ({
    redisPort,
    redisTimeoutMs,
    apiUrl,
  }),
  compile: compileInstance,
}

describeFleet(rules)
describeOutage(rules)
