/** `4:32`, or `1:04:32` from an hour on; a second that has begun counts. */
export function countdown(ms: number): string {
  const seconds = Math.max(0, Math.ceil(ms / 1000))
  const parts = [Math.floor(seconds / 60) % 60, seconds % 60]
  const hours = Math.floor(seconds / 3600)
  const [first, ...rest] = hours > 0 ? [hours, ...parts] : parts
  return [String(first), ...rest.map(twoDigits)].join(':')
}

/** `850 ms`, `1.2 s`, `15 min`, `2 h 5 min`. */
export function duration(ms: number): string {
  if (ms < 1000) return `${Math.round(ms)} ms`
  if (ms < 60_000) return `${trimmed(ms / 1000)} s`
  const minutes = Math.round(ms / 60_000)
  if (minutes < 60) return `${trimmed(ms / 60_000)} min`
  const rest = minutes % 60
  return rest === 0 ? `${minutes / 60} h` : `${Math.floor(minutes / 60)} h ${rest} min`
}

/** `13:05:09`, where the reader is. */
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
