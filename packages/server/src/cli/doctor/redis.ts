import { errorCode } from '../../shared/safe-cause.ts'
import { redisRemedy } from '../../store/redis/redis-store-error.ts'
import type { TokenStore } from '../../store/token-store.ts'
import type { Configuration } from '../configuration/configuration.ts'
import { finding, type Examination, type Finding } from '../configuration/finding.ts'
import { openRedis } from '../fleet/opened-redis.ts'
import type { RedisNode } from '../fleet/redis-client.ts'
import { clockSkew } from './clock-skew.ts'
import { judgeRedis, type RedisFacts } from './redis-settings.ts'
import { examineSlots } from './slots.ts'

const pings = 20

/** Checks that Redis keeps its data and answers quickly, and that it holds the slots of the servers. */
export async function examineRedis(configuration: Configuration): Promise<Examination[]> {
  const { redis, resolved } = configuration
  if (!redis) return []
  try {
    await using opened = await openRedis(redis)
    const nodes = await Promise.all((await opened.nodes()).map(examineNode))
    nodes[0]!.findings.push(...(await storeSkew(configuration, opened.store)))
    return [...nodes, ...(await examineSlots({ resolved, keys: redis.keys }, opened.store))]
  } catch (error) {
    return [{ name: 'redis', findings: [unreachable(errorCode(error) ?? 'no answer')] }]
  }
}

async function examineNode(node: RedisNode): Promise<Examination> {
  const found = judgeRedis(await factsOf(node))
  if (node.name === undefined) return { name: 'redis', findings: found }
  const findings = found.map((each) => ({ ...each, what: `${each.what} (${node.name})` }))
  return { name: `redis ${node.name}`, findings }
}

async function storeSkew({ resolved }: Configuration, store: TokenStore): Promise<Finding[]> {
  const sentAt = resolved.clock.now()
  // If Redis refuses the command, the trial of the store says so.
  const redisTime = (await store.now?.().catch(() => undefined)) ?? Number.NaN
  return clockSkew('redis-clock-skewed', "Redis'", redisTime - (sentAt + resolved.clock.now()) / 2)
}

async function factsOf({ client, clientList }: RedisNode): Promise<RedisFacts> {
  // Managed services forbid some of these commands.
  const orNothing = (reply: Promise<string>): Promise<string> => reply.catch(() => '')
  const info = orNothing(client.info())
  const clients = orNothing(clientList())
  const save = client.configGet('save').then(
    ({ save: set }) => set,
    () => undefined,
  )
  const latencyMs = await latency(() => client.ping().catch(() => undefined))
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

function unreachable(code: string): Finding {
  return finding('error', 'redis-unreachable', [
    `The Redis of REDIS_URL cannot be used (${code})`,
    'Running servers continue with the tokens in their memory. A server that starts mints its own token for a day.',
    remedyFor(code),
  ])
}

function remedyFor(code: string): string {
  if (/AUTH|PASS/.test(code)) return 'Correct the password in REDIS_URL.'
  if (code === 'NO_SUCH_MASTER')
    return 'Correct the name of the master at the end of REDIS_URL: the Sentinels do not watch a master of this name.'
  if (/CERT|TLS|SSL/.test(code))
    return 'Use rediss for TLS, and set NODE_EXTRA_CA_CERTS to the certificate of your CA.'
  return redisRemedy(code) ?? 'Check REDIS_URL and the network.'
}
