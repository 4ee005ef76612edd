/** Formats a time and its distance from now: `2026-11-21T13:00:00Z (in 3 h)`. */
export function when(at: number, now: number): string {
  const iso = new Date(at).toISOString().replace(/\.\d+Z$/, 'Z')
  return `${iso} (${at < now ? `${duration(now - at)} ago` : `in ${duration(at - now)}`})`
}

const units: readonly (readonly [number, string])[] = [
  [86_400_000, 'd'],
  [3_600_000, 'h'],
  [60_000, 'min'],
  [1000, 's'],
]

/** Formats a duration in the largest unit of which it has at least two: `36 h`, `15 min`. */
export function duration(ms: number): string {
  const [unitMs, unit] = units.find(([each]) => ms >= 2 * each) ?? [1, 'ms']
  return `${Math.round(ms / unitMs)} ${unit}`
}
