import { errorCode } from '../../shared/safe-cause.ts'
import type { Configuration } from '../configuration/configuration.ts'
import { finding, type Examination, type Finding } from '../configuration/finding.ts'
import { openRedis, StoreUnreachable, type OpenedRedis } from '../fleet/opened-store.ts'
import { clockSkew } from './clock-skew.ts'
import { judgeRedis, type RedisFacts } from './redis-settings.ts'
import { examineSlots } from './slots.ts'

const pings = 20

/** Checks that Redis keeps its data and answers quickly, and that it holds the slots of the servers. */
export async function examineRedis(configuration: Configuration): Promise<Examination[]> {
  if (!configuration.redis) return []
  try {
    await using opened = await openRedis(configuration.redis)
    const skew = await storeSkew(configuration, opened)
    const findings = [...judgeRedis(await factsOf(opened)), ...skew]
    return [{ name: 'redis', findings }, ...(await examineSlots(configuration, opened.store))]
  } catch (error) {
    return [{ name: 'redis', findings: [unreachable(error)] }]
  }
}

async function storeSkew({ resolved }: Configuration, { store }: OpenedRedis): Promise<Finding[]> {
  const sentAt = resolved.clock.now()
  const redisTime = (await store.now?.()) ?? Number.NaN
  return clockSkew('redis-clock-skewed', "Redis'", redisTime - (sentAt + resolved.clock.now()) / 2)
}

async function factsOf({ client }: OpenedRedis): Promise<RedisFacts> {
  // Managed services forbid some of these commands.
  const orNothing = (reply: Promise<string>): Promise<string> => reply.catch(() => '')
  const info = orNothing(client.info())
  const clients = orNothing(client.sendCommand<string>(['CLIENT', 'LIST']))
  const save = client.configGet('save').then(
    ({ save: set }) => set,
    () => undefined,
  )
  const latencyMs = await latency(() => client.ping())
  return { info: await info, clients: await clients, save: await save, latencyMs }
}

async function latency(ping: () => Promise<unknown>): Promise<number> {
  const times: number[] = []
  for (let i = 0; i < pings; i++) {
    const startedAt = performance.now()
    await ping()
    times.push(performance.now() - startedAt)
  }
  return times.toSorted((a, b) => a - b)[pings / 2]!
}

function unreachable(error: unknown): Finding {
  const code = error instanceof StoreUnreachable ? error.code : (errorCode(error) ?? 'no answer')
  return finding('error', 'redis-unreachable', [
    `The Redis of REDIS_URL cannot be used (${code})`,
    'Running servers continue with the tokens in their memory. A server that starts mints its own token for a day.',
    /AUTH|PASS/.test(code) ? 'Correct the password in REDIS_URL.' : 'Check REDIS_URL and the network.',
  ])
}
