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
  const [why, remedy] = reasons[code] ?? (/CERT|TLS|SSL/.test(code) ? replacedCertificate : noAnswer)
  return finding('error', 'api-unreachable', [`${host} cannot be reached (${code})`, why, remedy])
}

const checkNetwork = 'Check FORAGE_ENVIRONMENT, then DNS, the firewall and the egress proxy of this machine.'
const noAnswer = ['The host sent no answer.', checkNetwork] as const
const lostPackets = ['Packets are lost on the way, for example at a firewall.', checkNetwork] as const
const replacedCertificate = [
  "The certificate is not Forage's, or not a valid one. A proxy that reads TLS connections shows its own.",
  'Exempt the host from the proxy, or set NODE_EXTRA_CA_CERTS to the certificate of the proxy, here and on the servers.',
] as const

const reasons: Readonly<Record<string, readonly [why: string, remedy: string]>> = {
  ENOTFOUND: ['The name does not resolve, because of a typing error or a machine without DNS.', checkNetwork],
  EAI_AGAIN: ['The name server does not answer.', checkNetwork],
  ECONNREFUSED: [
    'Nothing listens on this port. The emulator may not be running, or the port is wrong.',
    checkNetwork,
  ],
  ECONNRESET: [
    'The connection was cut, for example by a firewall that does not allow this host.',
    checkNetwork,
  ],
  ETIMEDOUT: lostPackets,
  UND_ERR_CONNECT_TIMEOUT: lostPackets,
  TimeoutError: lostPackets,
  SELF_SIGNED_CERT_IN_CHAIN: replacedCertificate,
  DEPTH_ZERO_SELF_SIGNED_CERT: replacedCertificate,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: replacedCertificate,
}
