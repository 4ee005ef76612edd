import { withDeadline } from '../../shared/deadline.ts'
import { errorCode } from '../../shared/safe-cause.ts'
import type { Configuration } from '../configuration/configuration.ts'
import { finding, type Examination, type Finding } from '../configuration/finding.ts'
import { clockSkew } from './clock-skew.ts'
import { examinePool } from './pool.ts'

const timeoutMs = 5000

/** Checks that the API can be reached, that its clock agrees, and that each pool gets a working token. */
export async function examineApi(configuration: Configuration): Promise<Examination[]> {
  const { pools } = configuration.resolved
  const reached = await reach(configuration)
  const api = { name: 'api', findings: reached.findings }
  if (!reached.isThere) return [api]
  const names = pools.map(({ name }) => `pool ${name}`)
  const findings = await Promise.all(pools.map((pool) => examinePool(configuration, pool)))
  return [api, ...names.map((name, i) => ({ name, findings: findings[i]! }))]
}

async function reach({ resolved }: Configuration): Promise<{ isThere: boolean; findings: Finding[] }> {
  const { endpoints, fetch, clock } = resolved
  const sentAt = clock.now()
  try {
    const init: RequestInit = { method: 'HEAD', redirect: 'manual', cache: 'no-store' }
    const { headers } = await withDeadline(clock, timeoutMs, undefined, (signal) =>
      fetch(`${endpoints.apiUrl}/`, { ...init, signal }),
    )
    // The header has whole seconds (RFC 9110 §6.6.1), so it is half a second old on average.
    const apiTime = Date.parse(headers.get('date') ?? '') + 500
    const findings = clockSkew('clock-skewed', "Forage's", apiTime - (sentAt + clock.now()) / 2)
    return { isThere: true, findings }
  } catch (error) {
    return { isThere: false, findings: [unreachable(new URL(endpoints.apiUrl).host, error)] }
  }
}

function unreachable(host: string, error: unknown): Finding {
  const code = errorCode(error) ?? (error instanceof Error ? error.name : 'no answer')
  return finding('error', 'api-unreachable', [
    `${host} cannot be reached (${code})`,
    reasons[code] ?? 'The host sent no answer.',
    'Check FORAGE_ENVIRONMENT, then DNS, the firewall and the egress proxy of this machine.',
  ])
}

const reasons: Readonly<Record<string, string>> = {
  ENOTFOUND: 'The name does not resolve, because of a typing error or a machine without DNS.',
  EAI_AGAIN: 'The name server does not answer.',
  ECONNREFUSED: 'Nothing listens on this port. The emulator may not be running, or the port is wrong.',
  TimeoutError: 'Packets are lost on the way, for example at a firewall.',
}
