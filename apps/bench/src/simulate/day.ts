import type { Random } from '../random.ts'

export const secondMs = 1000
export const minuteMs = 60 * secondMs
export const hourMs = 60 * minuteMs
export const dayMs = 24 * hourMs

/**
 * The relative traffic of each hour from midnight: quiet nights, lunch and evening, plus the month's benefits at nine.
 */
const usualDay = [2, 1, 1, 1, 1, 2, 4, 6, 7, 7, 8, 9, 10, 9, 8, 8, 9, 11, 12, 11, 9, 7, 5, 3]
const benefitsAtHour = 9
const benefitPeak = [14, 9, 4]

const perHour = usualDay.map((busy, hour) => busy + (benefitPeak[hour - benefitsAtHour] ?? 0))
const upToHour = perHour.reduce<number[]>((sums, busy) => [...sums, (sums.at(-1) ?? 0) + busy], [])
const whole = upToHour.at(-1)!

/** Draws the time at which a checkout begins, in ms since midnight. */
export function drawStart(random: Random): number {
  const at = random() * whole
  const hour = upToHour.findIndex((sum) => at < sum)
  const within = (at - (upToHour[hour - 1] ?? 0)) / perHour[hour]!
  return (hour + within) * hourMs
}
