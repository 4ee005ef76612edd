/** Returns for example `4:32`, or `1:04:32` for an hour or more. Rounds up to whole seconds. */
export function countdown(ms: number): string {
  const seconds = Math.max(0, Math.ceil(ms / 1000))
  const parts = [Math.floor(seconds / 60) % 60, seconds % 60]
  const hours = Math.floor(seconds / 3600)
  const [first, ...rest] = hours > 0 ? [hours, ...parts] : parts
  return [String(first), ...rest.map(twoDigits)].join(':')
}

/** Returns for example `850 ms`, `1.2 s`, `15 min` or `2 h 5 min`. */
export function duration(ms: number): string {
  if (ms < 1000) return `${Math.round(ms)} ms`
  if (ms < 60_000) return `${trimmed(ms / 1000)} s`
  const minutes = Math.round(ms / 60_000)
  if (minutes < 60) return `${trimmed(ms / 60_000)} min`
  const rest = minutes % 60
  return rest === 0 ? `${minutes / 60} h` : `${Math.floor(minutes / 60)} h ${rest} min`
}

/** Returns for example `13:05:09`, in the time zone of the browser. */
export function timeOfDay(at: number): string {
  const date = new Date(at)
  return [date.getHours(), date.getMinutes(), date.getSeconds()].map(twoDigits).join(':')
}

function trimmed(value: number): string {
  return value.toFixed(1).replace(/\.0$/, '')
}

function twoDigits(value: number): string {
  return String(value).padStart(2, '0')
}
