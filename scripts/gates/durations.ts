/** How long a gate ran. */
export interface Duration {
  readonly name: string
  readonly seconds: number
}

/** Returns the lines that say where the time went: the gates that took the longest, and the time of the whole run. */
export function durationLines(durations: readonly Duration[], elapsedSeconds: number, most = 6): string[] {
  const longest = durations.toSorted((one, other) => other.seconds - one.seconds).slice(0, most)
  return [
    `The run took ${inMinutes(elapsedSeconds)}, two checks at a time. The longest:`,
    ...longest.map(({ name, seconds }) => `  ${inMinutes(seconds).padStart(10)}  ${name}`),
  ]
}

function inMinutes(seconds: number): string {
  const whole = Math.round(seconds)
  return whole < 60 ? `${whole} s` : `${Math.floor(whole / 60)} min ${whole % 60} s`
}
