/** Returns for example `850 ms`, `2.5 s` or `15 min`. */
export function duration(ms: number): string {
  if (ms < 1000) return `${Math.round(ms)} ms`
  const [value, unit] = ms < 60_000 ? [ms / 1000, 's'] : [ms / 60_000, 'min']
  return `${value.toFixed(1).replace(/\.0$/, '')} ${unit}`
}

/** Returns for example `13:05:09`, in the reader's time zone. */
export function timeOfDay(at: number): string {
  const date = new Date(at)
  const parts = [date.getHours(), date.getMinutes(), date.getSeconds()]
  return parts.map((part) => String(part).padStart(2, '0')).join(':')
}

export function plural(count: number, one: string, many: string = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`
}
