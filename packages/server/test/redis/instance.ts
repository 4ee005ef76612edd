// One instance of a merchant's server over Redis, in a separate process. `fleet.ts` starts it and sends it calls.
import { answerCalls } from './answer-calls.ts'
import { connectedStore } from './clients.ts'
import type { InstanceOptions } from './fleet.ts'

const {
  redisPort,
  redisTimeoutMs,
  client = 'ioredis',
  apiUrl,
} = JSON.parse(process.argv[2]!) as InstanceOptions
await answerCalls(await connectedStore(client, redisPort, redisTimeoutMs), apiUrl)
