import { errorCode } from '../../shared/safe-cause.ts'
import type { Configuration } from '../configuration/configuration.ts'
import { finding, type Finding } from '../configuration/finding.ts'
import { openStore, StoreUnreachable, type OpenedStore } from '../fleet/opened-store.ts'
import { clockSkew } from './clock-skew.ts'
import type { Examination } from './doctor.ts'
import { judgeRedis, type RedisFacts } from './redis-settings.ts'
import { examineSlots } from './slots.ts'

const pings = 20

/** Whether the store keeps what it is given, answers soon, and holds what the servers should have put there. */
export async function examineRedis(configuration: Configuration): Promise<Examination[]> {
  if (!configuration.redis) return []
  try {
    await using opened = await openStore(configuration)
    const skew = await storeSkew(configuration, opened)
    const findings = [...judgeRedis(await factsOf(opened)), ...skew]
    return [{ name: 'redis', findings }, ...(await examineSlots(configuration, opened.store))]
  } catch (error) {
    return [{ name: 'redis', findings: [unreachable(error)] }]
  }
}

async function storeSkew({ resolved }: Configuration, { store }: OpenedStore): Promise<Finding[]> {
  const sentAt = resolved.clock.now()
  const theirs = (await store.now?.()) ?? Number.NaN
  return clockSkew('redis-clock-skewed', "Redis'", theirs - (sentAt + resolved.clock.now()) / 2)
}

async function factsOf({ client }: OpenedStore): Promise<RedisFacts> {
  // Managed services forbid some of these.
  const orNothing = (asked: Promise<string>): Promise<string> => asked.catch(() => '')
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
    'Servers that run go on with what is in their memory; one that starts mints a token of its own, for a day.',
    /AUTH|PASS/.test(code) ? 'Correct the password in REDIS_URL.' : 'Check REDIS_URL, and the network to it.',
  ])
}
