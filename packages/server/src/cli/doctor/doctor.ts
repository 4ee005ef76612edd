import { readConfiguration, type Configuration } from '../configuration/configuration.ts'
import type { Variables } from '../configuration/environment-variables.ts'
import type { Examination, Finding } from '../configuration/finding.ts'
import type { Outcome } from '../outcome.ts'
import { adviceOn } from './advice.ts'
import { examineApi } from './api.ts'
import { examinePostgres } from './postgres.ts'
import { examineRedis } from './redis.ts'

/** Checks everything that this machine can reach. Requests one token for each pool and revokes it. */
export async function doctor(env: Variables): Promise<Outcome> {
  const read = readConfiguration(env)
  const advice = { name: 'configuration', findings: adviceOn(env) }
  const examinations = read.ok
    ? [advice, ...(await examineAll(read.configuration))]
    : [{ ...advice, findings: [...read.findings, ...advice.findings] }]
  const findings = examinations.flatMap((each) => each.findings)
  const ok = findings.every(({ severity }) => severity !== 'error')
  return {
    ok,
    facts: { examined: examinations.map(({ name }) => name), findings },
    text: describe(examinations),
  }
}

async function examineAll(configuration: Configuration): Promise<Examination[]> {
  const found = await Promise.all([
    examineApi(configuration),
    examineRedis(configuration),
    examinePostgres(configuration),
  ])
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
