import type { DrillReport } from './drill.ts'

export function drillText(
  { host, store, instances, rotation, compromise }: DrillReport,
  ok: boolean,
): string {
  const { tokens, sessionTokens, others, recoveryMs, firstGoodMs } = compromise
  const dead = tokens.filter((token) => token.dead)
  const unknown = rotation.unknown + sessionTokens.unknown + others.unknown
  return [
    `Drill at ${host}: ${instances} instances, ${store} store`,
    `Rotation under load: ${rotation.from} -> ${rotation.to}; ${rotation.failed} of ${rotation.sessionTokens} session tokens failed`,
    `Compromise: ${dead.length} of ${tokens.length} authentication tokens dead (${tokens.map(({ fingerprint }) => fingerprint).join(', ')})`,
    `  ${sessionTokens.issued - sessionTokens.alive - sessionTokens.unknown} of ${sessionTokens.issued} session tokens minted from them dead`,
    `  the other pool: ${others.alive} of ${others.issued} session tokens alive`,
    `Time to recovery: ${ms(recoveryMs)} to a new token, ${ms(firstGoodMs)} to a checkout that works`,
    ...(unknown > 0
      ? [`${unknown} calls got no verdict (throttled, or an error): run it again in 5 minutes`]
      : []),
    ok ? 'Passed' : 'FAILED',
  ].join('\n')
}

function ms(value: number | null): string {
  return value === null ? 'NEVER' : `${value} ms`
}
