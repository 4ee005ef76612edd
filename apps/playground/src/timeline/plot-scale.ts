/** The part of time that the plot shows, in ms since the world began. */
export interface Span {
  readonly from: number
  readonly until: number
}

const minuteMs = 60_000
const shortestMs = minuteMs
const longestMs = 20 * minuteMs

/** Returns the span of the plot: all that happened, between 1 and 20 minutes, with some room for what comes. */
export function spanAt(now: number): Span {
  const past = Math.min(longestMs, Math.max(shortestMs, now))
  return { from: Math.max(0, now - past), until: Math.max(now, shortestMs) + past / 10 }
}

/** Returns the position of a time in the plot, from 0 to `width`. A time beyond it lies on its edge. */
export function xOf({ from, until }: Span, at: number, width: number): number {
  return Math.min(1, Math.max(0, (at - from) / (until - from))) * width
}

/** Returns the round times to label: at most about `most`. */
export function ticksOf({ from, until }: Span, most: number): number[] {
  const steps = [0.25, 0.5, 1, 2, 5, 10].map((minutes) => minutes * minuteMs)
  const everyMs = steps.find((ms) => (until - from) / ms <= most) ?? longestMs
  const first = Math.ceil(from / everyMs) * everyMs
  return Array.from(
    { length: Math.floor((until - first) / everyMs) + 1 },
    (_, index) => first + index * everyMs,
  )
}
