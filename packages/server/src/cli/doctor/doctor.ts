import { readConfiguration, type Configuration } from '../configuration/configuration.ts'
import type { Variables } from '../configuration/environment-variables.ts'
import type { Finding } from '../configuration/finding.ts'
import type { Outcome } from '../outcome.ts'
import { adviceOn } from './advice.ts'
import { examineApi } from './api.ts'
import { examineRedis } from './redis.ts'

/** One thing that was looked at. */
export interface Examination {
  name: string
  findings: Finding[]
}

/** Everything that can be seen from here. Takes one token for each pool, for a moment, and revokes it. */
export async function doctor(env: Variables): Promise<Outcome> {
  const read = readConfiguration(env)
  const advice = { name: 'configuration', findings: adviceOn(env) }
  const examinations = read.ok
    ? [advice, ...(await examine(read.configuration))]
    : [{ ...advice, findings: [...read.findings, ...advice.findings] }]
  const findings = examinations.flatMap((each) => each.findings)
  const ok = findings.every(({ severity }) => severity !== 'error')
  return {
    ok,
    facts: { examined: examinations.map(({ name }) => name), findings },
    text: describe(examinations),
  }
}

async function examine(configuration: Configuration): Promise<Examination[]> {
  const found = await Promise.all([examineApi(configuration), examineRedis(configuration)])
  return found.flat()
}

function describe(examinations: Examination[]): string {
  const lines = examinations.flatMap(({ name, findings }) =>
    findings.length === 0 ? [`${name}: fine`] : [`${name}:`, ...findings.map(describeFinding)],
  )
  return lines.join('\n')
}

function describeFinding({ severity, id, what, why, remedy }: Finding): string {
  return `  ${severity} ${id}: ${what}\n    why: ${why}\n    do:  ${remedy}`
}
