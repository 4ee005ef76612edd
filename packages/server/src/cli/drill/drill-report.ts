/** The results of a drill. */
export interface DrillReport {
  host: string
  store: 'redis' | 'postgres' | 'memory'
  instances: number
  /** A rotation under load. No session token may fail, during the rotation or afterwards. */
  rotation: { from: string; to: string; sessionTokens: number; failed: number; unknown: number }
  compromise: {
    /** The authentication tokens of the pool. Each was used again afterwards. */
    tokens: { fingerprint: string; dead: boolean }[]
    /** The session tokens minted from them. Each was used again. */
    sessionTokens: { issued: number; alive: number; unknown: number }
    /** The session tokens of the other pool. */
    others: { issued: number; alive: number; unknown: number }
    /** Time in ms from the call until the pool had a new token. */
    recoveryMs: number | null
    /** Time in ms from the call until a checkout had used a new session token. */
    firstGoodMs: number | null
  }
}

/** Whether the drill succeeded. A call without a verdict proves nothing, so it counts as a failure. */
export function isGood({ rotation, compromise }: DrillReport): boolean {
  const { tokens, sessionTokens, others, firstGoodMs } = compromise
  const { from, to, failed, unknown } = rotation
  const hasRotated = from !== to && failed + unknown === 0
  const areBothKnown = [from, to].every((mark) => tokens.some(({ fingerprint: each }) => each === mark))
  const isDead =
    areBothKnown && tokens.every(({ dead }) => dead) && sessionTokens.alive + sessionTokens.unknown === 0
  return hasRotated && isDead && others.issued > 0 && others.alive === others.issued && firstGoodMs !== null
}

/** Returns the report as text for people. */
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
    `  Other pool: ${others.alive} of ${others.issued} session tokens alive`,
    `Time to recovery: ${ms(recoveryMs)} to a new token, ${ms(firstGoodMs)} to a working checkout`,
    ...(unknown > 0
      ? [`${unknown} calls got no verdict (throttled or failed); run the drill again in 5 minutes`]
      : []),
    ok ? 'Passed' : 'FAILED',
  ].join('\n')
}

function ms(value: number | null): string {
  return value === null ? 'NEVER' : `${value} ms`
}
